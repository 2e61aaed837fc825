//! Words that library code does without, whatever features it is compiled with.

use super::rust::{Source, line_of, words};

const PANICS: [&str; 5] = [".unwrap()", ".expect(", "todo!", "unimplemented!", "panic!("];
const PRINTS: [&str; 5] = ["println!", "eprintln!", "print!", "eprint!", "dbg!"];
const GLOBALS: [&str; 5] = ["LazyLock", "OnceLock", "LazyCell", "lazy_static", "thread_local"];

pub fn faults(source: &Source) -> Vec<String> {
    let code = &source.library;
    let is_main = source.path == "src/main.rs" || source.path.starts_with("src/command");
    let mut found: Vec<(usize, &str)> = Vec::new();
    for word in PANICS {
        found.extend(code.match_indices(word).filter(|(at, _)| !is_own(&code[*at..])));
    }
    for word in PRINTS.iter().filter(|_| !is_main) {
        let at = words(code, word.trim_end_matches('!'));
        found.extend(at.filter(|at| code[*at..].starts_with(word)).map(|at| (at, *word)));
    }
    for word in GLOBALS {
        found.extend(words(code, word).map(|at| (at, word)));
    }
    found.extend(
        words(code, "static").filter(|at| !code[..*at].ends_with('\'')).map(|at| (at, "static")),
    );
    let told = found.into_iter().filter(|(at, _)| !is_excused(code, *at));
    told.map(|(at, word)| format!("{}:{}: {word}", source.path, line_of(code, at))).collect()
}

/// Somebody's own `expect` takes more than a message.
fn is_own(call: &str) -> bool {
    let Some(arguments) = call.strip_prefix(".expect(") else { return false };
    let mut depth = 0_i32;
    let end = arguments.find(|c| {
        depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
        depth < 0 || (depth == 0 && c == ',')
    });
    end.is_some_and(|end| arguments[end..].starts_with(','))
}

/// An exception stands within five lines above, as `#[expect(clippy::..., reason = ...)]`.
fn is_excused(code: &str, at: usize) -> bool {
    code[..at].rsplit('\n').take(6).any(|line| line.contains("#[expect(clippy::"))
}

pub fn skipped(source: &Source) -> Vec<String> {
    let at = source.code.match_indices("#[ignore").map(|(at, _)| at);
    at.map(|at| format!("{}:{}: a skipped test", source.path, line_of(&source.code, at))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> usize {
        faults(&Source::new(path, text.into())).len()
    }

    #[test]
    fn panics_prints_and_globals_are_told() {
        for text in [
            "a.unwrap();",
            "a.expect(\"b\");",
            "a.expect(&b(1, 2));",
            "fn a() { todo!() }",
            "panic!(\"a\")",
            "println!(\"a\");",
            "static A: u8 = 1;",
            "pub(crate) static mut A: u8 = 1;",
            "const A: LazyLock<u8> = b;",
            "thread_local! {}",
        ] {
            assert_eq!(told("src/a.rs", text), 1, "{text}");
        }
    }

    #[test]
    fn what_only_looks_alike_is_not() {
        for text in [
            "a.unwrap_or(1); a.expect_err(2);",
            "pragmas.expect(\"synchronous\", f(2, 3))?;",
            "let a: &'static str = \"println! static .unwrap()\";",
            "#[expect(clippy::expect_used, reason = \"b\")]\nlet a = b.expect(\"c\");",
            "#[cfg(test)]\nmod tests { fn a() { b.unwrap() } }",
        ] {
            assert_eq!(told("src/a.rs", text), 0, "{text}");
        }
        assert_eq!(told("src/main.rs", "println!(\"a\");"), 0);
    }

    #[test]
    fn a_skipped_test_is_told() {
        let text = format!("#[{}]\nfn a() {{}}", "ignore");
        assert_eq!(skipped(&Source::new("tests/it/a.rs", text)).len(), 1);
    }
}
