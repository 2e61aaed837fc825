//! A stretch of bad network: forwards bytes, and cuts, as a plan says.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Lets everything through.
pub const ALL: u64 = u64::MAX;

/// What happens to the connections.
struct Plan {
    /// Bytes towards the center after which both ends are cut.
    up: AtomicU64,
    /// Bytes towards the terminal after which both ends are cut.
    down: AtomicU64,
    /// Milliseconds that each piece waits.
    delay: AtomicU64,
    /// Connections that were cut.
    cuts: AtomicU64,
    /// Batches that were begun.
    batches: AtomicU64,
    /// The first bytes towards the center, of all connections.
    sent: Mutex<Vec<u8>>,
}

/// So much of what is sent is kept.
const KEPT: usize = 1 << 16;

/// A forwarder on a port of its own.
pub struct Proxy {
    pub address: SocketAddr,
    plan: Arc<Plan>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Forwards to `center`, everything and at once.
    pub async fn to(center: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let plan = Arc::new(Plan {
            up: AtomicU64::new(ALL),
            down: AtomicU64::new(ALL),
            delay: AtomicU64::new(0),
            cuts: AtomicU64::new(0),
            batches: AtomicU64::new(0),
            sent: Mutex::new(Vec::new()),
        });
        let followed = plan.clone();
        let task = tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                tokio::spawn(forward(near, center, followed.clone()));
            }
        });
        Proxy { address, plan, task }
    }

    /// The address as a terminal has it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on connections end after so many bytes up or down; open ones too.
    pub fn cut_after(&self, up: u64, down: u64) {
        self.plan.up.store(up, Ordering::SeqCst);
        self.plan.down.store(down, Ordering::SeqCst);
    }

    /// Every piece waits.
    pub fn delay(&self, by: Duration) {
        self.plan.delay.store(u64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// How many connections were cut.
    pub fn cuts(&self) -> u64 {
        self.plan.cuts.load(Ordering::SeqCst)
    }
}

impl Proxy {
    /// How many batches terminals have sent, or tried to.
    pub fn batches(&self) -> u64 {
        self.plan.batches.load(Ordering::SeqCst)
    }

    /// What terminals have sent at first.
    pub fn sent(&self) -> String {
        String::from_utf8_lossy(&self.plan.sent.lock().unwrap()).into_owned()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn forward(near: TcpStream, center: SocketAddr, plan: Arc<Plan>) {
    let Ok(far) = TcpStream::connect(center).await else { return };
    near.set_nodelay(true).unwrap();
    far.set_nodelay(true).unwrap();
    let (from_near, to_near) = near.into_split();
    let (from_far, to_far) = far.into_split();
    // Whichever way ends first ends both: that is what a cut is.
    tokio::select! {
        () = pump(from_near, to_far, &plan, &plan.up, true) => {}
        () = pump(from_far, to_near, &plan, &plan.down, false) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    plan: &Plan,
    limit: &AtomicU64,
    up: bool,
) {
    let mut passed = 0_u64;
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        if piece.starts_with(b"POST /machine/v1/batch") {
            plan.batches.fetch_add(1, Ordering::SeqCst);
        }
        if up {
            let mut sent = plan.sent.lock().unwrap();
            let room = KEPT.saturating_sub(sent.len()).min(read);
            sent.extend_from_slice(&piece[..room]);
        }
        tokio::time::sleep(Duration::from_millis(plan.delay.load(Ordering::SeqCst))).await;
        let left = limit.load(Ordering::SeqCst).saturating_sub(passed);
        let let_through = read.min(usize::try_from(left).unwrap_or(read));
        if to.write_all(&piece[..let_through]).await.is_err() {
            return;
        }
        passed += let_through as u64;
        if let_through < read {
            plan.cuts.fetch_add(1, Ordering::SeqCst);
            return;
        }
    }
}
