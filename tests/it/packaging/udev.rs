//! The udev rule, read as udev reads it: which input devices the screen hears.

use std::collections::BTreeMap;
use std::fs;

use super::package::root;

/// A device's properties, `SUBSYSTEM` and `KERNEL` among them.
type Device = BTreeMap<String, String>;

fn device(kernel: &str, properties: &[(&str, &str)]) -> Device {
    let known = [("SUBSYSTEM", "input"), ("KERNEL", kernel), ("ENV{ID_INPUT}", "1")];
    let own = properties.iter().map(|(name, value)| (format!("ENV{{{name}}}"), *value));
    let known = known.map(|(name, value)| (name.to_owned(), value));
    known.into_iter().chain(own).map(|(name, value)| (name, value.to_owned())).collect()
}

/// Applies rules to a device. What this does not know of the language fails.
fn apply(rules: &str, device: &mut Device) {
    let mut to_label: Option<String> = None;
    for line in rules.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let parts: Vec<_> = line.split(", ").map(part).collect();
        if let Some(label) = &to_label {
            if !parts.contains(&("LABEL", "=", label)) {
                continue;
            }
            to_label = None;
        }
        let fits = |&(key, operator, value): &(&str, &str, &str)| {
            let found = device.get(key).is_some_and(|found| matches(value, found));
            operator == "=" || found == (operator == "==")
        };
        if !parts.iter().all(fits) {
            continue;
        }
        for (key, _, value) in parts.iter().filter(|(_, operator, _)| *operator == "=") {
            match *key {
                "GOTO" => to_label = Some((*value).to_owned()),
                "LABEL" => {}
                key => drop(device.insert(key.to_owned(), (*value).to_owned())),
            }
        }
    }
    assert_eq!(to_label, None, "a label that is not there");
}

/// `KEY=="value"` in its three parts.
fn part(text: &str) -> (&str, &str, &str) {
    let end = text.find(['=', '!']).unwrap_or_else(|| panic!("no operator: {text}"));
    let (key, rest) = text.split_at(end);
    let is_known = ["SUBSYSTEM", "KERNEL", "GOTO", "LABEL"].contains(&key)
        || (key.starts_with("ENV{") && key.ends_with('}'));
    assert!(is_known, "an unknown key: {text}");
    let at = rest.find('"').unwrap_or_else(|| panic!("no value: {text}"));
    let (operator, value) = rest.split_at(at);
    assert!(["==", "!=", "="].contains(&operator), "an unknown operator: {text}");
    (key, operator, value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap())
}

fn matches(pattern: &str, found: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == found, |start| found.starts_with(start))
}

fn rules() -> String {
    fs::read_to_string(root().join("kiosk-config/udev/80-pingyi-input.rules")).unwrap()
}

/// What libinput is told of a device: `1` ignore, `0` hear; nothing when the rule is not for it.
fn told(rules: &str, mut device: Device) -> Option<String> {
    apply(rules, &mut device);
    device.remove("ENV{LIBINPUT_IGNORE_DEVICE}")
}

const KEYBOARD: [(&str, &str); 2] = [("ID_INPUT_KEY", "1"), ("ID_INPUT_KEYBOARD", "1")];
const PANEL: [(&str, &str); 3] =
    [("ID_INPUT_TOUCHSCREEN", "1"), ("ID_VENDOR_ID", "222a"), ("ID_MODEL_ID", "0001")];

#[test]
fn only_a_touch_panel_is_heard() {
    let scanner = [&KEYBOARD[..], &[("ID_VENDOR_ID", "05fe"), ("ID_MODEL_ID", "1010")]].concat();
    for (what, properties, expected) in [
        ("a touch panel", &PANEL[..], "0"),
        ("a keyboard", &KEYBOARD, "1"),
        ("a scanner, which types like a keyboard", &scanner, "1"),
        ("a mouse", &[("ID_INPUT_MOUSE", "1")], "1"),
        ("a touch pad", &[("ID_INPUT_TOUCHPAD", "1"), ("ID_INPUT_MOUSE", "1")], "1"),
        ("a pen", &[("ID_INPUT_TABLET", "1")], "1"),
        ("a foot switch or a power key", &[("ID_INPUT_KEY", "1")], "1"),
        ("a joystick", &[("ID_INPUT_JOYSTICK", "1")], "1"),
        ("a panel that types", &[&PANEL[..], &KEYBOARD].concat(), "1"),
        ("something unheard of", &[], "1"),
    ] {
        let said = told(&rules(), device("event3", properties));
        assert_eq!(said.as_deref(), Some(expected), "{what}");
    }
}

#[test]
fn the_rule_keeps_to_input_events() {
    assert_eq!(told(&rules(), device("mouse0", &[("ID_INPUT_MOUSE", "1")])), None);
    let mut disk = device("event3", &[]);
    disk.insert("SUBSYSTEM".into(), "block".into());
    assert_eq!(told(&rules(), disk), None);
}

#[test]
fn the_examples_for_a_counter_of_its_own_do_what_they_say() {
    let examples: Vec<String> = rules()
        .lines()
        .filter_map(|line| line.strip_prefix("#   ENV{").map(|rest| format!("ENV{{{rest}\n")))
        .collect();
    let [one_panel, reader] = examples.as_slice() else { panic!("{examples:?}") };
    let with = |own: &str| format!("{}{own}", rules());
    let other = [("ID_INPUT_TOUCHSCREEN", "1"), ("ID_MODEL_ID", "0002")];
    let scanner = [&KEYBOARD[..], &[("ID_VENDOR_ID", "05fe"), ("ID_MODEL_ID", "1010")]].concat();
    for (own, properties, expected) in [
        (one_panel, &PANEL[..], "0"),
        (one_panel, &other, "1"),
        (one_panel, &KEYBOARD, "1"),
        (reader, &scanner, "0"),
        (reader, &KEYBOARD, "1"),
    ] {
        let said = told(&with(own), device("event3", properties));
        assert_eq!(said.as_deref(), Some(expected), "{own} {properties:?}");
    }
}

#[test]
fn a_rule_that_cannot_be_read_fails() {
    for wrong in ["ENV{A}:=\"1\"", "ATTR{a}==\"1\"", "KERNEL==\"a\", GOTO=\"nowhere\""] {
        let read = std::panic::catch_unwind(|| told(wrong, device("a", &[])));
        assert!(read.is_err(), "{wrong}");
    }
}
