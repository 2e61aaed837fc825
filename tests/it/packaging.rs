//! The Debian packages: what the manifest says that they install, laid out in a folder and tried
//! with the tools of a machine.

mod kiosk;
mod package;
mod udev;
mod units;

use pingyi::settings;

use self::package::{Package, root};

#[test]
fn whatever_a_package_installs_is_there() {
    for package in Package::both() {
        for asset in &package.assets {
            let built = asset.source == "target/release/pingyi";
            assert!(built || root().join(&asset.source).is_file(), "{asset:?}");
            assert!(matches!(asset.mode.as_str(), "755" | "644"), "{asset:?}");
        }
        let copyright = format!("usr/share/doc/{}/copyright", package.name);
        assert!(package.installs(&copyright) && package.installs("usr/bin/pingyi"));
        assert_eq!(package.table["default-features"].as_bool(), Some(false));
        let scripts = root().join("kiosk-config/deb");
        assert_eq!(package.table["maintainer-scripts"].as_str(), Some("kiosk-config/deb"));
        for script in ["postinst", "prerm"] {
            let path = scripts.join(format!("{}.{script}", package.name));
            let text = std::fs::read_to_string(path).unwrap_or_default();
            assert!(text.is_empty() || text.contains("\n#DEBHELPER#\n"), "{script}");
        }
    }
}

/// The script that makes the users asks for a file by the name that it has here.
#[test]
fn a_file_keeps_its_name_where_the_name_is_asked_for() {
    for package in Package::both() {
        let users =
            package.assets.iter().find(|asset| asset.dest.starts_with("usr/lib/sysusers.d/"));
        let users = users.unwrap();
        let name = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        assert_eq!(name(&users.source), name(&users.dest));
    }
}

#[test]
fn the_two_packages_never_meet_on_one_machine() {
    let [terminal, center] = Package::both();
    assert_eq!(terminal.table["conflicts"].as_str(), Some(center.name.as_str()));
    assert_eq!(center.table["conflicts"].as_str(), Some(terminal.name.as_str()));
}

#[test]
fn the_settings_they_install_are_accepted_and_nothing_but_the_defaults() {
    let file = |name: &str| root().join("kiosk-config").join(name);
    let none = |_: &str| None;
    let terminal = settings::terminal(Some(&file("terminal.toml")), &none).unwrap();
    assert_eq!(terminal, settings::terminal(None, &none).unwrap());
    assert!(settings::center(Some(&file("center.toml")), &none).is_ok());
    let [terminal, center] = Package::both();
    // A file in /etc is a conffile: an upgrade asks before it replaces what was changed there.
    assert!(terminal.installs("etc/pingyi/terminal.toml"));
    assert!(center.installs("etc/pingyi/center.toml"));
}
