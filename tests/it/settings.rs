//! Settings files that are accepted, and files that are refused with all that is wrong in them.
//!
//! Beside each refused file stands what is told of it, `NAME.txt`: read it as a technician would.
//! When it differs, the new text is written beside it as `NAME.new.txt`.

use std::fs;
use std::path::{Path, PathBuf};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier};
use pingyi::settings::center::Database;
use pingyi::settings::office::{Pin, Promiser, TagKind};
use pingyi::settings::terminal::{Language, TextSize};
use pingyi::settings::{self, Problems};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/settings").join(name)
}

fn no_environment(_: &str) -> Option<String> {
    None
}

#[test]
fn a_terminal_file_with_every_key_is_read() {
    let path = folder("good/terminal.toml");
    let read = settings::terminal(Some(&path), &no_environment).unwrap();
    assert_eq!(read.data_dir, Path::new("/data/pingyi"));
    assert_eq!(read.center.url, "https://center.example.gov.cn:8443/pingyi");
    assert_eq!(read.center.ca_file, Some(folder("good/ca.pem")));
    assert_eq!(read.center.enrolment_file, Some("/run/enrolment-code".into()));
    assert!(!read.screen.fullscreen && read.screen.reduced_motion);
    assert_eq!((read.screen.language, read.screen.text), (Language::English, TextSize::Large));
    assert_eq!(read.screen.idle_reset_seconds, 600);
    assert_eq!((read.screen.thanks_seconds, read.screen.change_seconds), (5, 5));
    assert_eq!(read.journal.keep_days, 3650);
    assert_eq!((read.uplink.heartbeat_seconds, read.uplink.backoff_max_seconds), (5, 3600));
    assert_eq!(read.log.filter, "warn,pingyi::terminal::uplink=debug");
}

#[test]
fn a_center_file_with_every_key_is_read() {
    let path = folder("good/center.toml");
    let read = settings::center(Some(&path), &no_environment).unwrap();
    assert_eq!(read.data_dir, folder("good/center-data"));
    assert_eq!(read.listen.address, "[::]:80".parse().unwrap());
    assert_eq!(read.listen.public_url.as_deref(), Some("https://pingyi.example.gov.cn"));
    assert!(read.listen.behind_proxy);
    let Database::Postgres(url) = &read.database else {
        panic!("{:?}", read.database);
    };
    assert_eq!(url.expose(), "postgres://pingyi:secret@db.example:5432/pingyi");
    assert_eq!((read.accounts.session_idle_minutes, read.accounts.session_hours), (5, 24));
    assert_eq!(read.intake.body_limit_kib, 8192);
    assert_eq!(read.intake.requests_per_minute, 60_000);
    assert_eq!(read.intake.source_requests_per_minute, 1_000_000);
}

#[test]
fn the_environment_overrides_the_file_and_an_empty_variable_does_not() {
    let env = |name: &str| match name {
        "PINGYI_CENTER_URL" => Some("http://localhost:9000".to_owned()),
        "PINGYI_SCREEN_FULLSCREEN" => Some("true".to_owned()),
        "PINGYI_SCREEN_THANKS_SECONDS" => Some("30".to_owned()),
        "PINGYI_DATA_DIR" => Some("here".to_owned()),
        "PINGYI_SCREEN_LANGUAGE" => Some(String::new()),
        _ => None,
    };
    let path = folder("good/terminal.toml");
    let read = settings::terminal(Some(&path), &env).unwrap();
    assert_eq!(read.center.url, "http://localhost:9000");
    assert_eq!(read.data_dir, Path::new("here"));
    assert!(read.screen.fullscreen);
    assert_eq!(read.screen.thanks_seconds, 30);
    assert_eq!(read.screen.language, Language::English);
}

#[test]
fn a_wrong_variable_is_told_by_its_own_name() {
    let env = |name: &str| match name {
        "PINGYI_JOURNAL_KEEP_DAYS" => Some("a month".to_owned()),
        "PINGYI_SCREEN_CHANGE_SECONDS" => Some("30".to_owned()),
        _ => None,
    };
    let told = settings::terminal(None, &env).unwrap_err().to_string();
    let expected = "environment: PINGYI_SCREEN_CHANGE_SECONDS\n    \
        found:   30\n    \
        allowed: at most screen.thanks_seconds, which is 20\n\
        environment: PINGYI_JOURNAL_KEEP_DAYS\n    \
        found:   \"a month\"\n    \
        allowed: a whole number of days from 30 to 3650";
    assert_eq!(told, expected);
}

#[test]
fn refused_files_are_told_with_every_problem() {
    let bad = folder("bad");
    let mut seen = 0;
    for entry in fs::read_dir(&bad).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let told = match name.rsplit_once('.') {
            Some((name, "toml")) if name.starts_with("terminal") => {
                problems(settings::terminal(Some(&path), &no_environment))
            }
            Some((name, "toml")) if name.starts_with("center") => {
                problems(settings::center(Some(&path), &no_environment))
            }
            None if path.is_dir() => problems(settings::office(&path)),
            _ => continue,
        };
        same_as_written(&path.with_extension("txt"), &told.replace(bad.to_str().unwrap(), ""));
        seen += 1;
    }
    assert_eq!(seen, 5, "a fixture was added or lost: count it here");
}

#[test]
fn an_office_file_with_every_key_is_read() {
    let office = settings::office(&folder("good/office")).unwrap();
    let lin = &office.staff[0];
    assert!(matches!(&lin.pin, Some(Pin::Digits(pin)) if pin.expose() == "271828"));
    assert_eq!(lin.card.as_ref().map(|card| card.expose()), Some("0004271890"));
    assert!(
        matches!(&office.staff[2].pin, Some(Pin::Hash(hash)) if hash.starts_with("$argon2id$"))
    );
    assert_eq!(lin.honours[1].more["ug"], "نەمۇنە");
    assert_eq!(office.letters[1].by, Promiser::Staff("N1".into()));
    assert_eq!(office.items[1].windows, ["c1", "c2"]);
    let kinds: Vec<_> = office.tags.iter().map(|tag| tag.kind).collect();
    assert_eq!(kinds, [TagKind::Rating, TagKind::Complaint]);
    assert_eq!((office.rectifications[0].answers, office.rectifications[1].answers), (3, 0));
    let sounds: Vec<_> = office.behaviours[0].sounds.iter().map(|(what, _)| *what).collect();
    assert_eq!(sounds, ["prompt", "thanks"]);
    assert!(office.windows[0].training && !office.windows[1].training);
}

#[test]
fn the_demo_folder_is_an_office_of_realistic_weight() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("kiosk-config/demo");
    let office = settings::office(&demo).unwrap();
    for staff in &office.staff {
        let by = Promiser::Staff(staff.employee_no.clone());
        let promised = office.commitments.iter().filter(|c| c.by == by).count();
        assert_eq!(promised, 4, "{}", staff.name.zh);
        assert!(staff.portrait.bytes.len() > 5_000, "{}", staff.name.zh);
        assert!(!staff.duties.is_empty(), "{}", staff.name.zh);
        let Some(Pin::Hash(hash)) = &staff.pin else { panic!("{} has no PIN", staff.name.zh) };
        let pin = settings::sample_pin(&staff.employee_no);
        let known = PasswordHash::new(hash).unwrap();
        let fits = Argon2::default().verify_password(pin.as_bytes(), &known);
        assert!(fits.is_ok(), "{pin} is not the PIN of {}", staff.name.zh);
    }
    for window in &office.windows {
        assert!(window.on_duty.is_some() && !window.hours.is_empty(), "{}", window.name.zh);
        let done = office.items.iter().filter(|item| item.windows.contains(&window.id)).count();
        assert!(done > 0, "nothing is done at {}", window.name.zh);
    }
    for item in &office.items {
        let standard = &item.standard;
        assert!(standard.promised.is_some() && item.responsible.is_some(), "{}", standard.id);
        assert!(
            !standard.fee_basis.is_empty() && !standard.materials.is_empty(),
            "{}",
            standard.id
        );
    }
    for slide in &office.slides {
        assert!(slide.picture.bytes.len() < 100_000, "{}", slide.picture.name);
    }
    assert_eq!((office.letters.len(), office.items.len(), office.slides.len()), (2, 40, 3));
    assert_eq!((office.tags.len(), office.notices.len(), office.bulletins.len()), (18, 4, 2));
}

fn problems<T: std::fmt::Debug>(read: Result<T, Problems>) -> String {
    read.expect_err("a bad fixture was accepted").to_string()
}

fn same_as_written(path: &Path, told: &str) {
    let written = fs::read_to_string(path).unwrap_or_default();
    if written.trim_end() != told {
        let new = path.with_extension("new.txt");
        fs::write(&new, format!("{told}\n")).unwrap();
        panic!("{} differs: see {}\n{told}", path.display(), new.display());
    }
}

#[test]
fn the_program_ends_with_2_and_tells_every_problem() {
    for (role, name) in [("center", "center-values"), ("terminal", "terminal-values")] {
        let path = folder("bad").join(format!("{name}.toml"));
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_pingyi"))
            .args([role, "--config"])
            .arg(&path)
            .env_clear()
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        let reader = |path: &Path| match role {
            "center" => settings::center(Some(path), &no_environment).err().unwrap(),
            _ => settings::terminal(Some(path), &no_environment).err().unwrap(),
        };
        assert_eq!(said.trim(), reader(&path).to_string().trim(), "all of them, and nothing else");
        assert!(said.lines().count() > 5, "{said}");
    }
}
