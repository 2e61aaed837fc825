// Shows the terminal's frames and sends touches back. The canvas has the screen's own size in
// pixels; the style sheet scales it, and positions are scaled back here.
"use strict";

const screen_ = document.getElementById("screen");
const status_ = document.getElementById("status");
const brush = screen_.getContext("2d", { alpha: false });
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
    const frame = latest;
    latest = null;
    try {
      const picture = await createImageBitmap(frame);
      if (screen_.width !== picture.width || screen_.height !== picture.height) {
        screen_.width = picture.width;
        screen_.height = picture.height;
      }
      brush.drawImage(picture, 0, 0);
      picture.close();
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
  const scale = Math.min(box.width / screen_.width, box.height / screen_.height);
  const x = Math.floor((event.clientX - box.left - (box.width - screen_.width * scale) / 2) / scale);
  const y = Math.floor((event.clientY - box.top - (box.height - screen_.height * scale) / 2) / scale);
  const inside = x >= 0 && y >= 0 && x < screen_.width && y < screen_.height;
  const within = (value, size) => Math.max(0, Math.min(size - 1, value));
  return { inside, x: within(x, screen_.width), y: within(y, screen_.height) };
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
