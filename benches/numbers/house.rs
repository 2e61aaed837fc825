//! A real center in a process of its own, with an office of 46 windows and an officer.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

pub const PINGYI: &str = env!("CARGO_BIN_EXE_pingyi");
pub const WINDOWS: usize = 46;
pub const ACCOUNT: &str = "officer";
pub const PASSWORD: &str = "a long sentence for a benchmark";

/// A process that ends with its owner.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Data directory, settings and, while it serves, the process.
pub struct House {
    folder: TempDir,
    server: Option<Running>,
    pub url: String,
}

impl House {
    /// A new center with its office and its officer, not serving yet.
    pub fn build() -> House {
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))
            .expect("a folder on the disk of the build");
        let house = House { folder, server: None, url: String::new() };
        let data = house.path("center");
        // The load of a whole city comes from one address and few terminals here.
        let settings = format!(
            "data_dir = \"{}\"\n[listen]\naddress = \"127.0.0.1:0\"\n[intake]\n\
             requests_per_minute = 60000\nsource_requests_per_minute = 1000000\n\
             [log]\nfilter = \"warn\"\n",
            data.display()
        );
        std::fs::write(house.settings(), settings).expect("the settings are written");
        house.office();
        let mut account = house.command(&["account", ACCOUNT]);
        let mut account = account.stdin(Stdio::piped()).spawn().expect("pingyi starts");
        let mut input = account.stdin.take().expect("a pipe");
        input.write_all(PASSWORD.as_bytes()).expect("the password is read");
        drop(input);
        assert!(account.wait().expect("pingyi ends").success(), "no account was made");
        house
    }

    /// The sample office with windows up to 46.
    fn office(&self) {
        let (from, to) = (Path::new("kiosk-config/demo"), self.path("office"));
        let portraits = to.join("portraits");
        std::fs::create_dir_all(&portraits).expect("a folder");
        for file in std::fs::read_dir(from.join("portraits")).expect("portraits") {
            let file = file.expect("a portrait");
            std::fs::copy(file.path(), portraits.join(file.file_name())).expect("it is copied");
        }
        let mut text =
            std::fs::read_to_string(from.join("office.toml")).expect("the sample office");
        for number in 7..=WINDOWS {
            text.push_str(&format!(
                "\n[[windows]]\nid = \"w{number}\"\ndepartment = \"finance\"\nnumber = {number}\n\
                 name = \"综合\"\nname_en = \"General\"\n"
            ));
        }
        std::fs::write(to.join("office.toml"), text).expect("the office is written");
        let mut import = self.command(&["import-office"]);
        assert!(import.arg(to).status().expect("pingyi runs").success(), "no office was imported");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn settings(&self) -> PathBuf {
        self.path("center.toml")
    }

    pub fn database(&self) -> PathBuf {
        self.path("center/center.sqlite3")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `pingyi center ...`
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PINGYI);
        command.arg("center").arg("--config").arg(self.settings()).args(arguments);
        command.stdout(Stdio::null());
        command
    }

    /// Serves from now on, until [`House::stop`].
    pub fn serve(&mut self) {
        let mut server = self.command(&[]).stdout(Stdio::piped()).spawn().expect("pingyi starts");
        let output = BufReader::new(server.stdout.take().expect("a pipe"));
        let line = output.lines().next().expect("the center says where it is").expect("a line");
        let at = line.find("http://").expect("an address");
        self.url = line[at..].trim_end_matches('/').to_owned();
        self.server = Some(Running(server));
    }

    /// Stops serving.
    pub fn stop(&mut self) {
        self.server = None;
    }
}
