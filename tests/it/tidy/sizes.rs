//! How long files and functions are.

use super::rust::{Source, block_end, line_of, words};

/// A function and its length, from `fn` to its last bracket.
pub struct Function {
    place: String,
    pub lines: usize,
}

impl Function {
    pub fn fault(&self, most: usize) -> Option<String> {
        let Self { place, lines } = self;
        (*lines > most).then(|| format!("{place} has {lines} lines, more than {most}"))
    }
}

pub fn functions(source: &Source) -> Vec<Function> {
    let code = &source.code;
    let mut found = Vec::new();
    for at in words(code, "fn") {
        let name = code[at + 2..].trim_start();
        let named = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(0);
        let Some(open) = body(code, at) else { continue };
        if named > 0 {
            let line = line_of(code, at);
            let lines = line_of(code, block_end(code, open) - 1) - line + 1;
            let place = format!("{}:{line}: {}", source.path, &name[..named]);
            found.push(Function { place, lines });
        }
    }
    found
}

/// Where the body of the function at `at` opens, if it has one.
fn body(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (offset, c) in code[at..].char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at + offset),
            ';' | '}' if depth <= 0 => return None,
            _ => {}
        }
    }
    None
}

pub fn too_long(path: &str, text: &str, most: usize) -> Option<String> {
    let lines = text.lines().count();
    (lines > most).then(|| format!("{path} has {lines} lines, more than {most}"))
}

pub fn median(mut lengths: Vec<usize>) -> usize {
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or_default()
}

#[test]
fn a_long_function_and_a_long_file_are_told() {
    let long =
        format!("trait T {{ fn a(&self) -> [u8; 4]; }}\nfn b() {{\n{}}}\n", "x();\n".repeat(70));
    let functions = functions(&Source::new("src/a.rs", long.clone()));
    assert_eq!(functions.len(), 1);
    assert_eq!(functions[0].fault(70).unwrap(), "src/a.rs:2: b has 72 lines, more than 70");
    assert_eq!(functions[0].fault(72), None);
    assert!(too_long("src/a.rs", &long, 72).unwrap().contains("73 lines"));
    assert_eq!(too_long("src/a.rs", &long, 73), None);
}

#[test]
fn the_median_is_the_middle() {
    assert_eq!(median(vec![9, 1, 5]), 5);
    assert_eq!(median(Vec::new()), 0);
}
