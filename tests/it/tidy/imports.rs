//! Who may import whom: the table of the house. Arrows go down, never up, never sideways between
//! terminal and center; a slice uses anything but the pages of slices before it.

use super::rust::{Source, line_of, words};

/// Where a module stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place<'m> {
    floor: u8,
    side: Side,
    /// The slice and the part of it, for a slice.
    slice: Option<(&'m str, &'m str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Both,
    Terminal,
    Center,
}

const GROUND: [&str; 6] = ["wire", "chain", "settings", "sqlite", "clock", "files"];

/// In the order in which they stand.
const SLICES: [&str; 9] =
    ["ledger", "accounts", "registry", "review", "cases", "bulletins", "wall", "content", "intake"];

/// The place of a module, if the house has one for it.
fn place<'m>(module: &[&'m str]) -> Option<Place<'m>> {
    use Side::{Both, Center, Terminal};
    let (floor, side) = match *module {
        ["domain", ..] => (0, Both),
        [ground, ..] if GROUND.contains(&ground) => (1, Both),
        [
            "terminal",
            "flow" | "journal" | "content" | "fonts" | "identity" | "public" | "keys" | "pins",
            ..,
        ] => (3, Terminal),
        ["terminal", "screen" | "surface" | "uplink" | "trigger" | "glass" | "guard", ..] => {
            (4, Terminal)
        }
        ["terminal", "button_test" | "chords" | "health" | "scene" | "sound" | "watchdog", ..] => {
            (4, Terminal)
        }
        ["terminal"] | ["terminal", "counter" | "device" | "still", ..] => (5, Terminal),
        ["simulate", ..] => (6, Terminal),
        ["center", "db" | "web" | "fields", ..] => (2, Center),
        ["center", slice, ref part @ ..] if SLICES.contains(&slice) => {
            let part = part.first().copied().unwrap_or_default();
            let floor = match part {
                "rules" => 2,
                // A type of the slice itself, such as its Error, which all its parts speak.
                part if is_type(part) => 2,
                "store" => 3,
                _ => 4,
            };
            return Some(Place { floor, side: Center, slice: Some((slice, part)) });
        }
        ["center" | "verify"] | ["center", "ops", ..] | ["verify", ..] => (5, Center),
        ["main" | "demo" | "command", ..] => (6, Both),
        _ => return None,
    };
    Some(Place { floor, side, slice: None })
}

fn is_type(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// The place of what a path leads to: the module itself, or the nearest above it.
fn target<'m>(path: &[&'m str]) -> Option<Place<'m>> {
    (1..=path.len()).rev().find_map(|length| place(&path[..length]))
}

pub fn faults(source: &Source) -> Vec<String> {
    let module = source.module();
    if module.is_empty() {
        return Vec::new();
    }
    let Some(from) = place(&module) else {
        let name = module.join("::");
        return vec![format!("{}: {name} has no floor in the house", source.path)];
    };
    let mut faults = Vec::new();
    for (at, path) in paths(&source.library) {
        let Some(path) = absolute(&module, &path) else {
            continue;
        };
        let path: Vec<_> = path.iter().map(String::as_str).collect();
        let why = target(&path).and_then(|to| wrong(from, to));
        faults.extend(why.map(|why| {
            let line = line_of(&source.library, at);
            format!("{}:{line}: {} {why}", source.path, path.join("::"))
        }));
    }
    faults
}

fn wrong(from: Place<'_>, to: Place<'_>) -> Option<&'static str> {
    if to.side != Side::Both && from.side != Side::Both && to.side != from.side {
        return Some("is on the other side");
    }
    if let (Some((own, _)), Some((other, part))) = (from.slice, to.slice)
        && own != other
    {
        let order = |slice| SLICES.iter().position(|known| *known == slice);
        if order(other) > order(own) {
            return Some("is a slice that comes later");
        }
        if part == "pages" {
            return Some("is private to its slice: pages are never shared");
        }
    }
    (to.floor > from.floor).then_some("is on a higher floor")
}

/// What a path names, counted from the crate; nothing for other crates.
fn absolute(module: &[&str], path: &[String]) -> Option<Vec<String>> {
    let (first, mut rest) = path.split_first()?;
    let mut base: Vec<String> = module.iter().map(ToString::to_string).collect();
    match first.as_str() {
        "crate" | "pingyi" => base.clear(),
        "self" => {}
        "super" => {
            base.pop();
            while let Some((next, after)) = rest.split_first()
                && next == "super"
            {
                base.pop();
                rest = after;
            }
        }
        _ => return None,
    }
    base.extend(rest.iter().filter(|part| *part != "self").cloned());
    Some(base)
}

/// Every path that starts with a name we watch, with `{a, b::c}` taken apart.
fn paths(code: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for start in ["crate", "super", "self", "pingyi"] {
        for at in words(code, start) {
            if !code[..at].ends_with("::") && code[at + start.len()..].starts_with("::") {
                grow(&code[at..], Vec::new(), &mut |path| found.push((at, path)));
            }
        }
    }
    found
}

/// Reads one path or one branch of a tree of paths; returns what follows it.
fn grow<'c>(code: &'c str, before: Vec<String>, found: &mut impl FnMut(Vec<String>)) -> &'c str {
    let code = code.trim_start();
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if rest.is_empty() || rest.starts_with('}') {
                return rest.strip_prefix('}').unwrap_or(rest);
            }
            let after = grow(rest, before.clone(), found).trim_start();
            let after = after.strip_prefix(',').unwrap_or(after);
            if after.len() == rest.len() {
                return rest;
            }
            rest = after;
        }
    }
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*');
    let (name, rest) = code.split_at(end.unwrap_or(code.len()));
    let mut path = before;
    path.push(name.to_owned());
    match rest.strip_prefix("::") {
        Some(more) if !more.starts_with('<') => grow(more, path, found),
        _ => {
            found(path);
            let alias = rest.trim_start().strip_prefix("as ").map(str::trim_start);
            alias.map_or(rest, |alias| {
                alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
            })
        }
    }
}

/// Crates that only some modules may see.
const FENCES: [(&str, &[&str]); 4] = [
    ("pingyi_ui", &["terminal::screen", "terminal::fonts"]),
    ("slint", &["terminal::screen", "terminal::glass", "terminal"]),
    ("axum", &["center", "center::*", "terminal::trigger", "terminal::glass", "terminal::guard"]),
    ("rusqlite", &["sqlite", "terminal::journal", "center::db", "verify"]),
];

pub fn fence_faults(source: &Source) -> Vec<String> {
    let module = source.module().join("::");
    let mut faults = Vec::new();
    for (name, allowed) in FENCES {
        let inside = |fence: &&str| match fence.strip_suffix("::*") {
            Some(within) => module.starts_with(&format!("{within}::")),
            None if *fence == "terminal" || *fence == "center" => module == **fence,
            None => module == **fence || module.starts_with(&format!("{fence}::")),
        };
        if allowed.iter().any(inside) {
            continue;
        }
        for at in words(&source.code, name) {
            let line = line_of(&source.code, at);
            let after = source.code[at + name.len()..].trim_start();
            if after.starts_with("::") || after.starts_with(';') || after.starts_with("as ") {
                faults.push(format!("{}:{line}: {name} is behind a fence", source.path));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> String {
        faults(&Source::new(path, text.into())).join("\n")
    }

    #[test]
    fn what_goes_down_is_allowed() {
        for (path, text) in [
            (
                "src/terminal/journal.rs",
                "use crate::{chain::{self, Hash}, domain::Level as L, sqlite};",
            ),
            ("src/terminal.rs", "mod flow; use self::flow::step; use crate::terminal::screen;"),
            (
                "src/center/review/pages.rs",
                "use super::store; use crate::center::accounts::guard::Officer;",
            ),
            (
                "src/center/intake/routes.rs",
                "use crate::center::ledger::store::append; use super::super::web;",
            ),
            ("src/center/ledger/store.rs", "use super::Error;"),
            ("src/center/intake/routes.rs", "use crate::center::ledger::Error;"),
            ("src/main.rs", "fn main() { pingyi::demo::run(); pingyi::center::run() }"),
            (
                "src/settings/office/rows.rs",
                "use super::super::{Problem, document::{self, Table}};",
            ),
        ] {
            assert_eq!(told(path, text), "", "{path}");
        }
    }

    #[test]
    fn what_goes_up_sideways_or_nowhere_is_told() {
        for (path, text, why) in [
            ("src/domain.rs", "use crate::chain::Hash;", "higher floor"),
            (
                "src/terminal/flow.rs",
                "\n\nfn a() { super::screen::draw() }",
                ":3: terminal::screen",
            ),
            ("src/terminal/uplink.rs", "use crate::center::db;", "other side"),
            ("src/center/db/sqlite.rs", "use crate::{domain, terminal::{journal}};", "other side"),
            (
                "src/wire.rs",
                "use crate::settings::Terminal; use crate::demo::{x as y, z};",
                "higher floor",
            ),
            ("src/center/ledger/rules.rs", "use super::store::rows;", "higher floor"),
            ("src/center/ledger/store.rs", "use crate::center::review::store;", "comes later"),
            ("src/center/review/pages.rs", "use crate::center::ledger::pages::list;", "private"),
            ("src/center/ledger/store.rs", "use crate::center::wall::Error;", "comes later"),
            ("src/utils.rs", "", "no floor"),
            ("src/terminal/helpers.rs", "", "no floor"),
        ] {
            assert!(told(path, text).contains(why), "{path}: {text}: {}", told(path, text));
        }
    }

    #[test]
    fn what_only_tests_import_is_free() {
        let text = "#[cfg(test)] mod tests { use crate::center::db; }";
        assert_eq!(told("src/terminal/uplink.rs", text), "");
    }

    #[test]
    fn a_fenced_crate_is_told_wherever_else_it_shows() {
        for (path, text, faulty) in [
            ("src/terminal/flow.rs", "use slint::Timer;", true),
            ("src/terminal.rs", "slint::run_event_loop()", false),
            ("src/terminal.rs", "use pingyi_ui::App;", true),
            ("src/terminal/screen/pictures.rs", "use pingyi_ui::App; use slint::Image;", false),
            ("src/terminal/uplink.rs", "fn a() { axum::serve() }", true),
            ("src/center/wall/pages.rs", "use axum::Router;", false),
            ("src/center/review/store.rs", "use rusqlite as sql;", true),
            ("src/center/db/sqlite.rs", "use rusqlite::Connection;", false),
            ("src/wire.rs", "// axum::Json would do\nlet axum_like = 1;", false),
        ] {
            let faults = fence_faults(&Source::new(path, text.into()));
            assert_eq!(!faults.is_empty(), faulty, "{path}: {text}: {faults:?}");
        }
    }
}
