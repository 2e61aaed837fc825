// Shows the terminal's frames and sends touches back. The style sheet scales the picture to the
// page; positions are scaled back here to the screen's own pixels.
"use strict";

const screen_ = document.getElementById("screen");
const status_ = document.getElementById("status");
const address = new URL("socket", location.href);
address.protocol = "ws:";

let socket = null;
let finger = null; // the pointer that is down: one at a time, as on the real screen
let latest = null; // a frame that waits to be drawn; an older one is forgotten
let drawing = false;
let pause = 500;

function connect() {
  socket = new WebSocket(address);
  socket.binaryType = "blob";
  socket.onopen = () => { pause = 500; };
  socket.onmessage = (message) => { latest = message.data; draw(); };
  socket.onclose = () => {
    finger = null;
    screen_.classList.add("stale");
    status_.textContent = "与终端的连接已断开，正在重新连接…";
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, 5000);
  };
}

async function draw() {
  if (drawing) return;
  drawing = true;
  while (latest) {
    const frame = URL.createObjectURL(latest);
    latest = null;
    try {
      const decoded = new Image();
      decoded.src = frame;
      await decoded.decode();
      const shown = screen_.src;
      screen_.src = frame;
      if (shown.startsWith("blob:")) URL.revokeObjectURL(shown);
      if (socket.readyState === WebSocket.OPEN) {
        screen_.classList.remove("stale");
        status_.textContent = "";
      }
    } catch {
      status_.textContent = "画面无法显示";
    }
  }
  drawing = false;
}

// Where on the screen a pointer is: object-fit leaves equal margins on two sides.
function place(event) {
  const box = screen_.getBoundingClientRect();
  const { naturalWidth: width, naturalHeight: height } = screen_;
  const scale = Math.min(box.width / width, box.height / height);
  const x = Math.floor((event.clientX - box.left - (box.width - width * scale) / 2) / scale);
  const y = Math.floor((event.clientY - box.top - (box.height - height * scale) / 2) / scale);
  const inside = x >= 0 && y >= 0 && x < width && y < height;
  const within = (value, size) => Math.max(0, Math.min(size - 1, value));
  return { inside, x: within(x, width), y: within(y, height) };
}

function send(kind, { x, y }) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ kind, x, y }));
}

screen_.addEventListener("pointerdown", (event) => {
  const at = place(event);
  if (finger !== null || event.button !== 0 || !at.inside) return;
  event.preventDefault();
  finger = event.pointerId;
  screen_.setPointerCapture(finger);
  send("down", at);
});
screen_.addEventListener("pointermove", (event) => {
  if (event.pointerId === finger) send("move", place(event));
});
for (const end of ["pointerup", "pointercancel"]) {
  screen_.addEventListener(end, (event) => {
    if (event.pointerId !== finger) return;
    finger = null;
    send("up", place(event));
  });
}
screen_.addEventListener("contextmenu", (event) => event.preventDefault());

connect();
