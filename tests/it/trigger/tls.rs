//! Beyond this machine: TLS with the office's own certificate, by the names in the settings.

use std::path::Path;
use std::sync::Arc;

use pingyi::settings::terminal::{Proof, Tls, Trigger as Settings};
use pingyi::terminal::public::Public;
use pingyi::terminal::trigger::{Error, Trigger};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::header::{HOST, ORIGIN};
use reqwest::{Method, StatusCode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::sync::watch;

use super::{ALL, Rig, settings};

/// A certificate for `localhost` and its key in `folder`; gives the authority.
fn certify(folder: &Path) -> (Tls, CertificateDer<'static>) {
    let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = ca.self_signed(&ca_key).unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    let tls = Tls { cert_file: folder.join("trigger.pem"), key_file: folder.join("trigger.key") };
    std::fs::write(&tls.cert_file, leaf.pem()).unwrap();
    std::fs::write(&tls.key_file, key.serialize_pem()).unwrap();
    (tls, CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap())
}

fn trusting(authority: CertificateDer<'static>) -> reqwest::Client {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap()
}

#[tokio::test]
async fn with_a_certificate_it_speaks_tls_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (tls, authority) = certify(folder.path());
    let hosts = vec!["window-3.office.example".to_owned()];
    let rig = Rig::with(&Settings { tls: Some(tls), hosts, ..settings() }, trusting(authority));
    let port = rig.trigger.address().port();
    let (reply, _) = rig.call("/v1/service/begin", r#"{"ticket":"A028"}"#, Ok(())).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    for (host, origin, status) in [
        ("window-3.office.example", None, 200),
        ("window-3.office.example", Some("https"), 200),
        ("window-3.office.example", Some("http"), 403),
        ("window-4.office.example", None, 403),
    ] {
        let host = format!("{host}:{port}");
        let mut request = rig.request(Method::GET, "/v1/state", ALL).header(HOST, &host);
        if let Some(scheme) = origin {
            request = request.header(ORIGIN, format!("{scheme}://{host}"));
        }
        assert_eq!(rig.send(request).await.status.as_u16(), status, "{host} {origin:?}");
    }
    let plain = rig.http.get(rig.url("/v1/state").replace("https", "http")).send().await;
    assert!(plain.is_err(), "{plain:?}");
    let stranger = crate::support::hand::http().get(rig.url("/v1/state")).send().await;
    assert!(stranger.is_err(), "a certificate of an authority that is not known");
}

#[test]
fn what_it_cannot_use_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let (tls, _) = certify(folder.path());
    let start = |settings: &Settings| {
        let started = Trigger::start(settings, |_| {}, watch::channel(Public::default()).1);
        started.err().map(|error| error.to_string()).unwrap_or_default()
    };
    let swapped = Tls { cert_file: tls.key_file.clone(), key_file: tls.cert_file.clone() };
    let told = start(&Settings { tls: Some(swapped), ..settings() });
    assert!(told.contains("trigger.key") || told.contains("trigger.pem"), "{told}");
    let mut lost = settings();
    lost.tokens[0].proof = Proof::File(folder.path().join("lost.token"));
    assert!(start(&lost).contains("lost.token"));
    let first = Trigger::start(&settings(), |_| {}, watch::channel(Public::default()).1).unwrap();
    let taken = Settings { address: first.address(), ..settings() };
    let told = Trigger::start(&taken, |_| {}, watch::channel(Public::default()).1);
    assert!(matches!(told, Err(Error::Listen { address, .. }) if address == first.address()));
}
