//! A throw-away PostgreSQL: one server a test process, one fresh database a test.
//!
//! A watchdog shell starts the server and stops it when the pipe from this process closes, so it
//! goes however the process ends. A server that cannot start fails the test; nothing is skipped.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio_postgres::NoTls;

/// The URL of a new, empty database.
pub async fn database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let server = server();
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    execute(&server.url("postgres"), &format!("create database {name}")).await;
    server.url(&name)
}

/// Runs statements beside the handle that is tested.
pub async fn execute(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connects");
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.expect("the statement runs");
    drop(client);
    connection.await.expect("the connection's task").expect("the connection ends well");
}

struct Server {
    /// Holds the data and the socket; it belongs to the server's user.
    folder: PathBuf,
    /// While it is open the server runs.
    _lifeline: ChildStdin,
}

impl Server {
    fn url(&self, database: &str) -> String {
        let folder = self.folder.display();
        format!("postgresql:///{database}?host={folder}&user=postgres&sslmode=disable")
    }
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(start)
}

/// Its socket is its only address, so no port is taken. The locale is C: what a test sorts is
/// sorted alike on every machine.
const WATCHDOG: &str = r#"
    trap '' INT HUP TERM PIPE
    {
        initdb -D data -U postgres -A trust -E UTF8 --locale=C --no-sync &&
        pg_ctl -D data -w -t 60 -l log -o "-k '$PWD' -c listen_addresses='' -c max_connections=300" start
    } >start 2>&1 </dev/null && echo ready || { cat start log; echo failed; }
    cat >/dev/null
    pg_ctl -D data -m immediate stop >/dev/null 2>&1
    cd / && rm -rf "$OLDPWD"
"#;

#[expect(clippy::zombie_processes, reason = "it outlives the test process and ends by itself")]
fn start() -> Server {
    let folder = tempfile::Builder::new().prefix("pg-").tempdir().expect("a folder").keep();
    let mut command = Command::new("sh");
    command
        .args(["-c", WATCHDOG])
        .current_dir(&folder)
        .env("PATH", path_with_postgres())
        .env("LC_ALL", "C")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    // PostgreSQL refuses to run as root.
    if is_root() {
        let (user, group) = postgres_user();
        std::os::unix::fs::chown(&folder, Some(user), Some(group)).expect("chown");
        command.uid(user).gid(group);
    }
    let mut watchdog = command.spawn().expect("the watchdog starts");
    let lifeline = watchdog.stdin.take().expect("a pipe");
    let said = BufReader::new(watchdog.stdout.take().expect("a pipe"));
    let mut problem = String::new();
    for line in said.lines().map(|line| line.expect("text")) {
        match line.as_str() {
            "ready" => {
                return Server { folder, _lifeline: lifeline };
            }
            "failed" => break,
            other => problem = format!("{problem}\n{other}"),
        }
    }
    panic!("PostgreSQL does not start:{problem}");
}

fn path_with_postgres() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .map(|version| version.expect("a folder's entry").path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    let newest = versions.pop().unwrap_or_default();
    format!("{}:{path}", newest.display())
}

fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").expect("/proc")) == 0
}

fn postgres_user() -> (u32, u32) {
    let users = std::fs::read_to_string(Path::new("/etc/passwd")).expect("/etc/passwd");
    let user = users.lines().find(|line| line.starts_with("postgres:"));
    let mut parts = user.expect("a user named postgres").split(':').skip(2);
    let mut number = || parts.next().and_then(|part| part.parse().ok()).expect("a number");
    (number(), number())
}
