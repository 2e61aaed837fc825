//! The uplink's TLS: which certificates it believes, whatever the terminal's clock says.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pingyi::clock::Clock;
use pingyi::domain::Level::Satisfied;
use pingyi::settings;
use pingyi::terminal::uplink::{Notice, Trouble};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::support::world::{Driven, Rig, World, brisk, clock, tap};

/// A server that ends TLS before a center, under an authority made for it.
struct Front {
    url: String,
    ca_file: PathBuf,
    task: JoinHandle<()>,
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An authority's certificate as PEM, and what it signs for `localhost`, good in the given years.
fn certified(years: (i32, i32)) -> (String, rustls::ServerConfig) {
    let params = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.not_before = date_time_ymd(years.0, 1, 1);
        params.not_after = date_time_ymd(years.1, 1, 1);
        params
    };
    let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut ca = params(&[]);
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = ca.self_signed(&ca_key).unwrap();
    let issuer = Issuer::new(ca, ca_key);
    let leaf = params(&["localhost"]).signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain: Vec<CertificateDer<'static>> = vec![leaf.der().clone()];
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    (authority.pem(), config)
}

async fn front(world: &World, years: (i32, i32)) -> Front {
    let (pem, config) = certified(years);
    let ca_file = world.folder.path().join(format!("ca-{}-{}.pem", years.0, years.1));
    std::fs::write(&ca_file, pem).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let center = world.address;
    let task = tokio::spawn(async move {
        loop {
            let (near, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut near) = acceptor.accept(near).await else { return };
                let Ok(mut far) = TcpStream::connect(center).await else { return };
                drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
            });
        }
    });
    Front { url, ca_file, task }
}

fn start(folder: &Path, front: &Front, ca_file: &Path, clock: Arc<dyn Clock>) -> Rig {
    let mut config = brisk(&front.url);
    config.ca_file = Some(ca_file.to_owned());
    Rig::start_with(folder, config, clock)
}

fn cannot_reach(rig: &Rig) {
    for _ in 0..3 {
        rig.wait("the center cannot be reached", |notice| match notice {
            Notice::Link { online: false, trouble: Trouble::NoCenter } => Some(()),
            Notice::Link { online: true, .. } => panic!("it trusts a stranger"),
            _ => None,
        });
    }
}

/// Milliseconds of 1970-01-02 and 2099-01-01.
const LONG_AGO: i64 = 86_400_000;
const FAR_AHEAD: i64 = 4_070_908_800_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_whose_clock_is_wrong_connects_all_the_same() {
    for wall in [LONG_AGO, FAR_AHEAD] {
        let world = World::new().await;
        let front = front(&world, (2026, 2028)).await;
        let folder = world.folder.path().join("terminal");
        world.seat(&folder, "w3").await;
        let time = Driven::new();
        time.set(wall);
        let rig = start(&folder, &front, &front.ca_file, time.clone());
        tap(&rig.journal(), Satisfied, None).await;
        world.counts([1, 0, 0]).await;
        let day = "select day as n from ratings";
        let today = pingyi::domain::Day::of(clock().now().wall).unwrap().number();
        assert!((world.number(day).await - today).abs() < 8900, "the center's day, not {wall}'s");
        assert_eq!(world.flags("clock").await, 0, "the monotonic clock tells it exactly");
        rig.stop();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_another_authority_is_refused() {
    let world = World::new().await;
    let front = front(&world, (2026, 2028)).await;
    let folder = world.folder.path().join("terminal");
    world.seat(&folder, "w3").await;
    let (other, _) = certified((2026, 2028));
    let stranger = world.folder.path().join("stranger.pem");
    std::fs::write(&stranger, other).unwrap();
    let rig = start(&folder, &front, &stranger, clock());
    tap(&rig.journal(), Satisfied, None).await;
    cannot_reach(&rig);
    assert_eq!(world.counted().await, [0, 0, 0]);
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_has_run_out_is_refused() {
    let world = World::new().await;
    let front = front(&world, (2020, 2022)).await;
    let folder = world.folder.path().join("terminal");
    world.seat(&folder, "w3").await;
    // Even where the terminal's own clock would find it good: it was made after that time.
    let time = Driven::new();
    time.set(1_609_459_200_000);
    let rig = start(&folder, &front, &front.ca_file, time);
    tap(&rig.journal(), Satisfied, None).await;
    cannot_reach(&rig);
    rig.stop();
}

#[test]
fn plain_http_goes_no_further_than_this_machine() {
    let of = |url: &str| {
        let url = url.to_owned();
        settings::terminal(None, &|name| (name == "PINGYI_CENTER_URL").then(|| url.clone()))
    };
    assert!(of("http://127.0.0.1:8080").is_ok());
    let refused = of("http://center.example:8080").unwrap_err().to_string();
    assert!(refused.contains("https"), "{refused}");
}
