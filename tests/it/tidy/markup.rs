//! What a visitor can touch declares a role and a label: for a screen reader, and for tests,
//! which find things the same way.

/// An element that is open while the text is read.
struct Element<'t> {
    header: &'t str,
    /// What stands directly in it, without its children.
    own: String,
    touchable: bool,
    line: usize,
}

pub fn faults(path: &str, text: &str) -> Vec<String> {
    let text = blank(text);
    let mut open: Vec<Element<'_>> = Vec::new();
    let mut faults = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| "{};".contains(*c)) {
        let piece = &text[start..at];
        start = at + 1;
        match c {
            '{' => {
                let handler = piece.contains("=>") && is_touch(piece);
                if let Some(element) = open.last_mut().filter(|_| handler) {
                    element.touchable = true;
                }
                let line = 1 + text[..at].matches('\n').count();
                open.push(Element { header: piece, own: String::new(), touchable: false, line });
            }
            ';' => {
                if let Some(element) = open.last_mut() {
                    element.touchable |= piece.contains("=>") && is_touch(piece);
                    element.own.push_str(piece);
                    element.own.push(';');
                }
            }
            _ => {
                if let Some(element) = open.last()
                    && element.touchable
                    && element.header.contains("TouchArea")
                    && !open.iter().any(declares)
                {
                    let line = element.line;
                    faults
                        .push(format!("{path}:{line}: can be touched, and has no role and label"));
                }
                open.pop();
            }
        }
    }
    faults
}

fn is_touch(piece: &str) -> bool {
    let name = piece.trim().split(['(', ' ', '=']).next().unwrap_or_default();
    name == "clicked" || name == "pointer-event"
}

fn declares(element: &Element<'_>) -> bool {
    element.own.contains("accessible-role:") && element.own.contains("accessible-label:")
}

/// Blanks comments and texts; lines stay lines.
fn blank(text: &str) -> String {
    let mut blanked = String::new();
    for line in text.lines() {
        let mut inside = false;
        let mut before = ' ';
        for c in line.chars() {
            if c == '"' && before != '\\' {
                inside = !inside;
            }
            if !inside && before == '/' && c == '/' {
                blanked.pop();
                break;
            }
            blanked.push(if inside { ' ' } else { c });
            before = c;
        }
        blanked.push('\n');
    }
    blanked
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELLED: &str = "component B inherits Rectangle {
        accessible-role: button; accessible-label: label;
        Rectangle { TouchArea { clicked => { root.clicked(); } } }
    }";

    #[test]
    fn a_labelled_button_is_good() {
        assert_eq!(faults("ui/a.slint", LABELLED), Vec::<String>::new());
    }

    #[test]
    fn a_button_without_role_or_label_is_told() {
        for missing in ["accessible-role: button;", "accessible-label: label;"] {
            let told = faults("ui/a.slint", &LABELLED.replace(missing, ""));
            assert_eq!(told, ["ui/a.slint:3: can be touched, and has no role and label"]);
        }
        for bare in [
            "component C { t := TouchArea { pointer-event(e) => { x(); } } }",
            "component C inherits TouchArea { clicked => { x(); } }",
            "component C { Text { accessible-role: text; accessible-label: a; } TouchArea { clicked => x(); } }",
            "component C { // accessible-role: a; accessible-label: b;\n TouchArea { clicked => { } } }",
        ] {
            assert_eq!(faults("ui/a.slint", bare).len(), 1, "{bare}");
        }
    }

    #[test]
    fn an_area_that_only_watches_needs_no_label() {
        let text = "component D { TouchArea { changed has-hover => { root.touched(); } } }";
        assert_eq!(faults("ui/a.slint", text), Vec::<String>::new());
    }
}
