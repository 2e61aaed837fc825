//! A real center for the tests of its pages: SQLite in a folder, HTTP on a free port, a clock that
//! the test drives, and a browser that keeps cookies.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use pingyi::center::accounts::guard::Role;
use pingyi::center::accounts::{self, Gate, Limits};
use pingyi::center::db::{Db, Value};
use pingyi::center::ledger::Recorder;
use pingyi::center::review::Pulse;
use pingyi::center::web::{self, Front};
use pingyi::center::{registry, review};
use pingyi::chain::Keypair;
use pingyi::clock::Clock;
use pingyi::domain::{BootId, Stamp};
use pingyi::settings::sample_office;

/// 2026-11-22 14:32:05 in China.
pub const NOW: i64 = 1_795_329_125_000;
pub const MINUTE: i64 = 60_000;
pub const PASSWORD: &str = "three trees by our door";

/// A clock that moves when a test says so.
pub struct Driven(AtomicI64);

impl Driven {
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub fn wall(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for Driven {
    fn now(&self) -> Stamp {
        let wall = self.wall();
        Stamp { wall, mono: wall - NOW, boot: BootId([1; 16]) }
    }
}

pub struct Center {
    pub url: String,
    pub db: Db,
    pub clock: Arc<Driven>,
    pub recorder: Recorder,
    pub pulse: Pulse,
    pub key: Keypair,
    _folder: tempfile::TempDir,
}

impl Center {
    /// With the sample office and the account `admin`.
    pub async fn start() -> Center {
        Center::start_at(Front::default()).await
    }

    pub async fn start_at(front: Front) -> Center {
        Center::empty(front).await.furnished().await
    }

    /// Like [`Center::start`], on PostgreSQL.
    pub async fn start_on_postgres() -> Center {
        let url = crate::support::postgres::database().await;
        let folder = tempfile::tempdir().unwrap();
        Center::open(&url, Front::default(), folder).await.furnished().await
    }

    async fn furnished(self) -> Center {
        let center = self;
        let mut tx = center.db.begin().await.unwrap();
        registry::import_office(&mut tx, &sample_office().unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        let by = ("root", NOW);
        accounts::create(&center.db, &center.recorder, by, "admin", PASSWORD, Role::Admin)
            .await
            .unwrap();
        center
    }

    /// Without an office and without accounts.
    pub async fn empty(front: Front) -> Center {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("center.sqlite");
        Center::open(&format!("sqlite:{}", file.display()), front, folder).await
    }

    async fn open(url: &str, front: Front, folder: tempfile::TempDir) -> Center {
        let db = Db::open(url).await.unwrap();
        let clock = Arc::new(Driven(AtomicI64::new(NOW)));
        let key = Keypair::from_seed([3; 32]);
        let recorder = Recorder::new(key.clone(), clock.clone());
        let limits = Limits { idle_minutes: 30, absolute_hours: 12 };
        let gate = Gate::new(db.clone(), clock.clone(), front.clone(), limits);
        let pulse = Pulse::new();
        let routes = accounts::routes(gate.clone())
            .merge(registry::routes(
                gate.clone(),
                db.clone(),
                recorder.clone(),
                key.public().center_id(),
            ))
            .merge(review::routes(gate, db.clone(), pulse.clone()));
        let app = web::finish(routes, front);
        let url = serve(app).await;
        Center { url, db, clock, recorder, pulse, key, _folder: folder }
    }

    /// A browser in which `admin` is logged in.
    pub async fn admin(&self) -> Browser {
        let browser = Browser::new(self);
        let reply = browser.log_in("admin", PASSWORD, "/").await;
        assert_eq!(reply.status, 303, "{}", reply.text);
        browser
    }

    pub async fn run(&self, sql: &str, params: Vec<Value>) -> u64 {
        let mut tx = self.db.begin().await.unwrap();
        let changed = tx.run(sql, params).await.unwrap();
        tx.commit().await.unwrap();
        changed
    }

    /// Counts `n` ratings of one level, as intake does.
    pub async fn rate(&self, day: i64, window: &str, level: i64, n: i64) {
        let sql = "insert into rollups(day, hour, window_id, employee_no, item_id, level, with_service, channel, n)
                   values ($1, 9, $2, '0317', '', $3, 0, 'terminal', $4)
                   on conflict (day, hour, window_id, employee_no, item_id, level, with_service, channel)
                   do update set n = rollups.n + excluded.n";
        self.run(sql, vec![day.into(), window.into(), level.into(), n.into()]).await;
    }

    /// The acts in the center's own journal, oldest first.
    pub async fn acts(&self) -> Vec<String> {
        let sql = "select body from batches where terminal_id = 'center' order by first_leaf";
        let rows = self.db.read(sql, vec![]).await.unwrap();
        let bodies =
            rows.iter().map(|row| String::from_utf8(row.bytes("body").unwrap().to_vec()).unwrap());
        let act = |body: String| {
            body.split("\"act\":\"").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned())
        };
        bodies.filter_map(act).collect()
    }
}

/// Serves on a free port; the answer is the address.
async fn serve(app: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub cookies: Vec<String>,
    pub text: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The text of the element with this `data-figure`, without its tags and narrow spaces.
    pub fn figure(&self, name: &str) -> String {
        figure(&self.text, name)
    }

    /// The part of the page about one window, or one terminal.
    pub fn row(&self, attribute: &str, value: &str) -> &str {
        let start = self
            .text
            .find(&format!("{attribute}=\"{value}\""))
            .unwrap_or_else(|| panic!("no {value}"));
        self.text[start..].split("</tr>").next().unwrap()
    }

    /// The value of the first hidden field of this name.
    pub fn field(&self, name: &str) -> String {
        let rest = self.text.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
        rest.split('"').next().unwrap().to_owned()
    }
}

pub fn figure(text: &str, name: &str) -> String {
    let rest = text
        .split(&format!("data-figure=\"{name}\""))
        .nth(1)
        .unwrap_or_else(|| panic!("no figure {name}"));
    let inner = rest.split_once('>').unwrap().1;
    let inner: String = inner.chars().take_while(|c| *c != '<').collect();
    inner.replace('\u{202f}', "")
}

/// Asks like a browser: keeps cookies, follows nothing.
pub struct Browser {
    url: String,
    client: reqwest::Client,
    jar: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub fn new(center: &Center) -> Browser {
        // The client wants one even for plain HTTP; all but the first test find it in place.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let client = client.no_proxy().build().unwrap();
        Browser { url: center.url.clone(), client, jar: Mutex::default() }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    pub async fn open(&self, path: &str) -> reqwest::Response {
        let request =
            self.client.get(format!("{}{path}", self.url)).header("cookie", self.cookies());
        request.send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&'static str, &str)]) -> Reply {
        let mut request =
            self.client.get(format!("{}{path}", self.url)).header("cookie", self.cookies());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.keep(request.send().await.unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        self.post_with(path, form, &[("sec-fetch-site", "same-origin")]).await
    }

    pub async fn post_with(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&'static str, &str)],
    ) -> Reply {
        let body = web::address("", form).trim_start_matches('?').to_owned();
        let mut request =
            self.client.post(format!("{}{path}", self.url)).header("cookie", self.cookies());
        request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.keep(request.send().await.unwrap()).await
    }

    pub async fn log_in(&self, account: &str, password: &str, next: &str) -> Reply {
        let token = self.get("/login").await.field("token");
        let form =
            [("account", account), ("password", password), ("token", &token), ("next", next)];
        self.post("/login", &form).await
    }

    fn cookies(&self) -> String {
        let jar = self.jar.lock().unwrap();
        let pairs: Vec<String> =
            jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    async fn keep(&self, response: reqwest::Response) -> Reply {
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
        let cookies: Vec<String> =
            response.headers().get_all("set-cookie").iter().map(text).collect();
        for cookie in &cookies {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            let mut jar = self.jar.lock().unwrap();
            if cookie.contains("Max-Age=0") {
                jar.remove(name)
            } else {
                jar.insert(name.into(), value.into())
            };
        }
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        Reply { status, headers, cookies, text: response.text().await.unwrap() }
    }
}
