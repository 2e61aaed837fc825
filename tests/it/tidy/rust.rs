//! Rust source as the rules look at it: without comments and texts, and without its tests.

/// One source file.
pub struct Source {
    /// From the root, `src/center/db.rs`.
    pub path: String,
    /// As written.
    pub text: String,
    /// Comments and the insides of texts are blanks; lines stay lines.
    pub code: String,
    /// `code` without `#[cfg(test)]` items.
    pub library: String,
}

impl Source {
    pub fn new(path: &str, text: String) -> Self {
        let code = blank(&text);
        let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
        let library = if is_test { String::new() } else { without_tests(&code) };
        Self { path: path.to_owned(), text, code, library }
    }

    /// `src/center/db.rs` is `center::db`; lib.rs is empty.
    pub fn module(&self) -> Vec<&str> {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').filter(|part| *part != "lib").collect()
    }
}

pub fn line_of(text: &str, at: usize) -> usize {
    1 + text[..at].matches('\n').count()
}

/// Where `word` stands as a word of its own.
pub fn words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// The end of the block that opens at `open`, a `{`.
pub fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return open + at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

fn without_tests(code: &str) -> String {
    let mut left = code.to_owned();
    while let Some(start) = left.find("#[cfg(test)]") {
        let end = match left[start..].find(['{', ';']) {
            Some(at) if left[start + at..].starts_with('{') => block_end(&left, start + at),
            Some(at) => start + at + 1,
            None => left.len(),
        };
        let blanks = blanked(&left[start..end]);
        left.replace_range(start..end, &blanks);
    }
    left
}

fn blanked(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

/// Blanks comments and the insides of texts and characters.
fn blank(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = skipped(rest, code.chars().next_back());
        if length == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.push_str(&blanked(&rest[..length]));
            rest = &rest[length..];
        }
    }
    code
}

/// How many bytes at the start of `rest` are a comment, a text or a character.
fn skipped(rest: &str, before: Option<char>) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |at| at + 2);
    }
    if rest.starts_with('"') {
        return closed(rest, '"');
    }
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if !in_word && (rest.starts_with("r\"") || rest.starts_with("r#") || rest.starts_with("br")) {
        return raw(rest);
    }
    if let Some(inside) = rest.strip_prefix('\'') {
        let mut inside = inside.chars();
        return match (inside.next(), inside.next()) {
            (Some('\\'), _) => closed(rest, '\''),
            (Some(c), Some('\'')) => 2 + c.len_utf8(),
            _ => 0,
        };
    }
    0
}

fn closed(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

fn raw(rest: &str) -> usize {
    let after = rest.trim_start_matches('b');
    let Some(after) = after.strip_prefix('r') else {
        return 0;
    };
    let hashes = after.len() - after.trim_start_matches('#').len();
    if !after[hashes..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - after.len() + hashes + 1;
    rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len())
}

#[test]
fn comments_texts_and_characters_are_blanked_and_lifetimes_are_not() {
    let text = "a // use x\n/* y */ \"z\\\"{\" 'q' '\\'' &'static b r#\"\"w\"# br\"v\" 评\n";
    let code = blank(text);
    assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["a", "&'static", "b", "评"]);
    assert_eq!(code.lines().count(), text.lines().count());
}

#[test]
fn tests_are_not_library_code() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { x.unwrap(); } }\nfn c() {}\n";
    let source = Source::new("src/a.rs", text.into());
    assert!(source.library.contains("fn a") && source.library.contains("fn c"));
    assert!(!source.library.contains("unwrap"));
    assert!(Source::new("src/a/tests.rs", text.into()).library.is_empty());
}
