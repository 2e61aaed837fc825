//! What installing and removing the terminal does to a machine: its scripts, run on a folder that
//! stands for the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::package::{Package, root};

/// What `pingyi-kiosk on` puts in force.
const LINKED: [&str; 4] = [
    "udev/rules.d/80-pingyi-input.rules",
    "sysctl.d/80-pingyi-sysctl.conf",
    "systemd/logind.conf.d/80-pingyi-logind.conf",
    "systemd/system.conf.d/80-pingyi-system.conf",
];
const MASKED: [&str; 3] = ["getty@tty1.service", "autovt@.service", "ctrl-alt-del.target"];
const STARTED: &str = "systemd/system/multi-user.target.wants/pingyi-terminal.service";

struct Machine(TempDir);

impl Machine {
    fn with_terminal() -> Machine {
        let machine = Machine(TempDir::new().unwrap());
        let [terminal, _] = Package::both();
        terminal.lay(machine.0.path());
        machine
    }

    fn with_desktop() -> Machine {
        let machine = Machine::with_terminal();
        let link = machine.etc("systemd/system/display-manager.service");
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink("/usr/lib/systemd/system/gdm.service", link).unwrap();
        machine
    }

    fn etc(&self, path: &str) -> PathBuf {
        self.0.path().join("etc").join(path)
    }

    fn run(&self, script: &Path, arguments: &[&str]) -> String {
        let mut command = Command::new("sh");
        command.arg(script).args(arguments).env("DPKG_ROOT", self.0.path());
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{script:?} {arguments:?}: {told}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn script(&self, name: &str, arguments: &[&str]) -> String {
        self.run(&root().join(format!("kiosk-config/deb/pingyi-terminal.{name}")), arguments)
    }

    fn kiosk(&self, word: &str) -> String {
        self.run(&self.0.path().join("usr/sbin/pingyi-kiosk"), &[word])
    }

    /// Nothing, or all of what makes a counter device; anything between fails.
    fn is_counter_device(&self) -> bool {
        let link = |path: &str| fs::read_link(self.etc(path)).ok();
        let linked = LINKED.map(|path| {
            link(path).is_some_and(|to| self.0.path().join(to.strip_prefix("/").unwrap()).is_file())
        });
        let masked =
            MASKED.map(|name| link(&format!("systemd/system/{name}")) == Some("/dev/null".into()));
        let all: Vec<bool> = [&linked[..], &masked[..], &[link(STARTED).is_some()]].concat();
        assert!(all.iter().all(|is| *is == all[0]), "half a counter device: {all:?}");
        all[0]
    }
}

#[test]
fn a_machine_becomes_a_counter_device_and_a_usual_one_again() {
    let machine = Machine::with_terminal();
    assert!(!machine.is_counter_device());
    for _ in 0..2 {
        machine.kiosk("on");
        assert!(machine.is_counter_device());
        assert_eq!(machine.kiosk("status"), "on\n");
    }
    for _ in 0..2 {
        machine.kiosk("off");
        assert!(!machine.is_counter_device());
    }
}

#[test]
fn installing_takes_a_bare_machine_and_leaves_one_with_a_desktop_alone() {
    let bare = Machine::with_terminal();
    let told = bare.script("postinst", &["configure", ""]);
    assert!(bare.is_counter_device() && told.contains("pingyi-kiosk off"), "{told}");
    let desktop = Machine::with_desktop();
    let told = desktop.script("postinst", &["configure", ""]);
    assert!(!desktop.is_counter_device() && told.contains("pingyi-kiosk on"), "{told}");
}

#[test]
fn an_upgrade_changes_nothing_and_removing_gives_the_console_back() {
    let machine = Machine::with_terminal();
    let told = machine.script("postinst", &["configure", "0.0.9"]);
    assert!(!machine.is_counter_device() && told.contains("pingyi-kiosk on"), "{told}");
    machine.script("postinst", &["configure", ""]);
    machine.script("prerm", &["upgrade", "0.2.0"]);
    assert!(machine.is_counter_device());
    machine.script("prerm", &["remove"]);
    assert!(!machine.is_counter_device());
}

#[test]
fn a_file_of_somebodys_own_stays() {
    let machine = Machine::with_terminal();
    let own = machine.etc(LINKED[0]);
    fs::create_dir_all(own.parent().unwrap()).unwrap();
    fs::write(&own, "# mine\n").unwrap();
    machine.kiosk("on");
    machine.kiosk("off");
    assert_eq!(fs::read_to_string(own).unwrap(), "# mine\n");
}
