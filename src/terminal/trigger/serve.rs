//! Takes connections, with TLS where there is a certificate, and not too many.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::Error;
use crate::settings::terminal::Tls;

/// Connections at once; who comes later waits.
const MOST_CONNECTIONS: usize = 64;
/// A connection without a request for so long is closed.
const REQUEST_PATIENCE: Duration = Duration::from_secs(10);
/// A pause when the system gives no connection, so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

pub(super) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, routes: Router) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "the local interface takes no connection");
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let (tls, routes) = (tls.clone(), routes.clone());
        tokio::spawn(async move {
            greet(stream, tls, routes).await;
            drop(place);
        });
    }
}

async fn greet(stream: TcpStream, tls: Option<TlsAcceptor>, routes: Router) {
    // Answers are small; without this the second of two would wait for the first's receipt.
    let _is_only_slower = stream.set_nodelay(true);
    let Some(tls) = tls else { return converse(stream, routes).await };
    match timeout(REQUEST_PATIENCE, tls.accept(stream)).await {
        Ok(Ok(stream)) => converse(stream, routes).await,
        Ok(Err(error)) => tracing::debug!(%error, "a caller does not agree on TLS"),
        Err(_) => tracing::debug!("a caller takes too long over TLS"),
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, routes: Router) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(REQUEST_PATIENCE);
    let service = TowerToHyperService::new(routes);
    if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
        tracing::debug!(%error, "a connection of the local interface has ended");
    }
}

/// The acceptor of a certificate and its key.
pub(super) fn acceptor(tls: &Tls) -> Result<TlsAcceptor, Error> {
    let chain = CertificateDer::pem_file_iter(&tls.cert_file)
        .and_then(Iterator::collect)
        .map_err(|error| wrong(&tls.cert_file, &error))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key_file);
    let key = key.map_err(|error| wrong(&tls.key_file, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| wrong(&tls.cert_file, &error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn wrong(file: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::File { file: file.display().to_string(), why: error.to_string() }
}
