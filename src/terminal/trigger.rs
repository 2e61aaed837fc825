//! The local interface for queue and business systems: HTTP with JSON, on a thread of its own.
//!
//! A system says who is on duty and when a service begins and finishes, and hears what the window
//! does. It never hears whether, or how, a citizen rated: it sees only [`Public`], whose changes
//! after a finish depend on the clock alone, and its answers take the same time whatever the
//! screen's thread draws. What can be said is one table (`operations`), from which both the
//! routes and the OpenAPI document are made.

mod calls;
mod events;
mod fault;
mod openapi;
mod operations;
mod routes;
mod serve;
mod tokens;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;

pub use self::calls::{Act, Call, Refusal};
pub use self::openapi::document;
use self::routes::{Desk, routes};
use self::tokens::Tokens;
use super::guard::Names;
use super::public::Public;
use crate::settings;

/// Why there is no local interface.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken, or not one of this machine.
    #[error("the local interface cannot listen on {address}: {why}")]
    Listen {
        /// As in the settings.
        address: SocketAddr,
        /// What the system says.
        why: std::io::Error,
    },
    /// A file of a token, a certificate or a key.
    #[error("{file}: {why}")]
    File {
        /// Its path.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// No thread or no runtime.
    #[error("the local interface does not start: {0}")]
    Thread(#[from] std::io::Error),
}

/// The interface's thread; dropping this ends it and its connections.
pub struct Trigger {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Trigger {
    /// Listens. `calls` takes what is asked, from the interface's thread; `public` is what may be
    /// told.
    ///
    /// # Errors
    /// When the address or a file cannot be used.
    pub fn start(
        settings: &settings::terminal::Trigger,
        calls: impl Fn(Call) + Send + Sync + 'static,
        public: watch::Receiver<Public>,
    ) -> Result<Trigger, Error> {
        let tokens = Tokens::load(&settings.tokens)?;
        let tls = settings.tls.as_ref().map(serve::acceptor).transpose()?;
        let refused = |why| Error::Listen { address: settings.address, why };
        let listener = std::net::TcpListener::bind(settings.address).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let names = Names::new(address, &settings.hosts, tls.is_some());
        let desk = Desk::new(names, tokens, public, Box::new(calls));
        let routes = routes(Arc::new(desk));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, mut stopped) = watch::channel(false);
        let thread = std::thread::Builder::new().name("trigger".into()).spawn(move || {
            runtime.block_on(async {
                let listener = match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => listener,
                    Err(error) => {
                        return tracing::error!(%error, "the local interface does not listen");
                    }
                };
                tokio::select! {
                    () = serve::serve(listener, tls, routes) => {}
                    // A dropped handle stops it just as a said word does.
                    _ = stopped.changed() => {}
                }
            });
        })?;
        Ok(Trigger { address, stop, thread: Some(thread) })
    }

    /// Where it listens, with the port that it was given.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Trigger {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic on that thread was already printed there.
            drop(thread.join());
        }
    }
}
