//! The units: well formed, closed, and about files that the same package installs.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

use super::package::{Package, root};

/// The most exposure that `systemd-analyze security` may find, in tenths: 0 is none, 100 all.
const MOST_EXPOSED: &str = "15";

fn unit(package: &Package) -> PathBuf {
    root().join(format!("kiosk-config/systemd/{}.service", package.name))
}

/// The values of a key, in order.
fn values<'t>(unit: &'t str, key: &str) -> Vec<&'t str> {
    let lines = unit.lines().filter_map(|line| line.split_once('='));
    lines.filter(|(found, _)| *found == key).map(|(_, value)| value).collect()
}

fn analyze(arguments: &[&str]) -> Output {
    let mut command = Command::new("systemd-analyze");
    command.args(arguments).env_remove("DBUS_SESSION_BUS_ADDRESS");
    command.output().expect("systemd-analyze; tests/run.sh installs it")
}

fn said(output: &Output) -> String {
    [output.stdout.as_slice(), output.stderr.as_slice()].map(String::from_utf8_lossy).concat()
}

#[test]
fn a_unit_is_well_formed() {
    let folder = TempDir::new().unwrap();
    for package in Package::both() {
        let text = fs::read_to_string(unit(&package)).unwrap();
        let path = folder.path().join(format!("{}.service", package.name));
        // Only an installed program is executable for it.
        fs::write(
            &path,
            text.replace("/usr/bin/pingyi ", concat!(env!("CARGO_BIN_EXE_pingyi"), " ")),
        )
        .unwrap();
        let output = analyze(&["verify", "--man=no", path.to_str().unwrap()]);
        assert!(output.status.success() && said(&output).is_empty(), "{}", said(&output));
    }
}

#[test]
fn a_unit_exposes_little() {
    for package in Package::both() {
        let path = unit(&package);
        let path = path.to_str().unwrap();
        let threshold = format!("--threshold={MOST_EXPOSED}");
        let output = analyze(&["security", "--no-pager", "--offline=true", &threshold, path]);
        let told = said(&output);
        assert!(told.contains("Overall exposure level"), "{told}");
        assert!(output.status.success(), "{told}");
    }
}

#[test]
fn a_unit_speaks_of_what_its_package_installs() {
    for package in Package::both() {
        let text = fs::read_to_string(unit(&package)).unwrap();
        assert!(package.installs(&format!("usr/lib/systemd/system/{}.service", package.name)));
        let [start] = values(&text, "ExecStart")[..] else { panic!("one ExecStart") };
        let [program, _, "--config", settings] = start.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{start}");
        };
        assert!(package.installs(program) && package.installs(settings), "{start}");
        let documents = values(&text, "Documentation");
        let document = documents[0].strip_prefix("file://").unwrap();
        assert!(package.installs(document), "{document}");
        let users = fs::read_to_string(root().join("kiosk-config/sysusers/pingyi.conf"));
        let user = format!("\nu {} ", values(&text, "User")[0]);
        assert!(
            users.unwrap().contains(&user) && package.installs("usr/lib/sysusers.d/pingyi.conf")
        );
    }
}

#[test]
fn a_terminal_that_hangs_is_ended_and_starts_again_for_ever() {
    let [terminal, _] = Package::both();
    let text = fs::read_to_string(unit(&terminal)).unwrap();
    for (key, expected) in [
        ("Type", "notify"),
        ("WatchdogSignal", "SIGKILL"),
        ("Restart", "always"),
        ("StartLimitIntervalSec", "0"),
        // Without a console no key reaches the program by one.
        ("StandardInput", "null"),
        ("LimitCORE", "0"),
    ] {
        assert_eq!(values(&text, key), [expected], "{key}");
    }
    let watchdog: u32 = values(&text, "WatchdogSec")[0].parse().unwrap();
    let pause: u32 = values(&text, "RestartSec")[0].parse().unwrap();
    assert!(watchdog + pause < 10, "frozen, ended and back within ten seconds");
}
