//! The frame of a page: the teal bar at its side, the title, the main part.

use maud::{DOCTYPE, Markup, html};

use super::assets;

/// The pages that stand in the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// 总览
    Overview,
    /// 上岗台帐
    Duty,
    /// 投诉登记
    Complaints,
    /// 终端
    Terminals,
    /// 异常
    Flags,
}

impl Place {
    const ALL: [Place; 5] =
        [Place::Overview, Place::Duty, Place::Complaints, Place::Terminals, Place::Flags];

    fn word(self) -> &'static str {
        match self {
            Place::Overview => "总览",
            Place::Duty => "上岗台帐",
            Place::Complaints => "投诉登记",
            Place::Terminals => "终端",
            Place::Flags => "异常",
        }
    }

    fn address(self) -> &'static str {
        match self {
            Place::Overview => "/",
            Place::Duty => "/duty",
            Place::Complaints => "/complaints",
            Place::Terminals => "/terminals",
            Place::Flags => "/flags",
        }
    }
}

/// Who looks at a page.
#[derive(Clone, Copy, Debug)]
pub struct Visitor<'a> {
    /// The account that is logged in.
    pub account: &'a str,
    /// The token that each of its forms carries.
    pub csrf: &'a str,
}

/// A page for somebody who is logged in.
#[derive(Debug)]
pub struct Page<'a> {
    /// The heading, and the window's title.
    pub title: &'a str,
    /// Where it belongs in the bar.
    pub place: Place,
    /// Who looks.
    pub visitor: Visitor<'a>,
    /// Beside the heading: a summary in words.
    pub summary: Markup,
    /// At the right of the heading: filters and the main action.
    pub controls: Markup,
    /// All else.
    pub main: Markup,
}

impl Page<'_> {
    /// The whole document.
    #[must_use]
    pub fn render(&self) -> Markup {
        let main = html! {
            a.skip href="#main" { "跳到正文" }
            div.frame {
                header.bar {
                    p.brand { "评议" }
                    nav aria-label="主导航" {
                        @for place in Place::ALL {
                            a href=(place.address()) aria-current=[(place == self.place).then_some("page")] {
                                (place.word())
                            }
                        }
                    }
                    form.leave method="post" action="/logout" {
                        (token(self.visitor.csrf))
                        span.account { (self.visitor.account) }
                        button type="submit" { "退出" }
                    }
                }
                main id="main" {
                    div.heading {
                        h1 { (self.title) }
                        div.summary { (self.summary) }
                        div.controls { (self.controls) }
                    }
                    (self.main)
                }
            }
        };
        document(self.title, &main)
    }
}

/// The hidden field that proves that a form is ours.
#[must_use]
pub fn token(csrf: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(csrf); }
}

/// A page without the bar: the login form, an error.
#[must_use]
pub fn bare(title: &str, main: &Markup) -> Markup {
    document(title, &html! { main.bare id="main" { p.brand { "评议" } (main) } })
}

fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " · 评议" }
                link rel="icon" href=(assets::ICON);
                link rel="stylesheet" href=(assets::STYLE);
                script src=(assets::SCRIPT) defer {}
            }
            body { (body) }
        }
    }
}

/// A local address with its query, each value written so that it comes back as it was.
#[must_use]
pub fn address(path: &str, query: &[(&str, &str)]) -> String {
    let mut text = path.to_owned();
    for (place, (name, value)) in query.iter().enumerate() {
        text.push(if place == 0 { '?' } else { '&' });
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    text.push(char::from(byte))
                }
                _ => text.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_break_out_of_an_address() {
        assert_eq!(
            address("/login", &[("next", "/?unit=卫&b=1")]),
            "/login?next=%2F%3Funit%3D%E5%8D%AB%26b%3D1"
        );
        assert_eq!(address("/", &[]), "/");
    }

    #[test]
    fn a_title_cannot_carry_markup() {
        let text = bare("<script>", &html! {}).into_string();
        assert!(text.contains("&lt;script&gt; · 评议"));
    }
}
