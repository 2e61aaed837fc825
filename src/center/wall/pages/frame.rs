//! The frame of a public page: the office's bar, the other language, one column.

use maud::{DOCTYPE, Markup, html};

use super::Guest;
use crate::center::web;

/// The whole document. `office` stands in the bar and may be empty.
pub(super) fn document(guest: &Guest, (office, title): (&str, &str), main: &Markup) -> Markup {
    let tongue = guest.tongue;
    let other = tongue.other();
    let switch = web::address(&guest.path, &[("lang", other.code())]);
    let brand = if office.is_empty() { tongue.say("评议", "Pingyi") } else { office };
    html! {
        (DOCTYPE)
        html lang=(tongue.say("zh-CN", "en")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="format-detection" content="telephone=no";
                title { (title) " · " (brand) }
                link rel="icon" href=(web::ICON);
                link rel="stylesheet" href=(web::WALL_STYLE);
            }
            body {
                header.bar {
                    p { (brand) }
                    a href=(switch) lang=(other.say("zh-CN", "en")) { (other.say("中文", "English")) }
                }
                main { (main) }
            }
        }
    }
}

/// The mark of what has arrived.
pub(super) fn tick() -> Markup {
    html! {
        svg.tick viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" {
            circle cx="20" cy="20" r="20" {}
            path d="M11 21 l6 6 l12 -13" {}
        }
    }
}
