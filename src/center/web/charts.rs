//! Charts as inline SVG. Colours stand in the stylesheet; no chart is read by colour alone: parts
//! keep their order, carry titles, and the same numbers stand in a table.

use maud::{Markup, html};

use crate::domain::Level;

/// One bar of [`daily`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The day as it stands under the axis, such as `10-01`.
    pub label: String,
    /// How many of each level, in the order of [`Level::ALL`].
    pub counts: [i64; 3],
}

impl Bar {
    fn total(&self) -> i64 {
        self.counts.iter().sum()
    }
}

// In tenths of a pixel at full size, so that integers are fine enough.
const WIDTH: i64 = 11_600;
const HEIGHT: i64 = 1900;
const LEFT: i64 = 420;
const TOP: i64 = 120;
const BOTTOM: i64 = 260;

/// A round number at or above `max` whose half is round too: what the axis is marked with.
fn scale(max: i64) -> i64 {
    const FIRST: [i64; 5] = [2, 4, 6, 8, 10];
    const THEN: [i64; 10] = [12, 16, 20, 24, 30, 40, 50, 60, 80, 100];
    let mut power: i64 = 1;
    if let Some(top) = FIRST.into_iter().find(|top| *top >= max) {
        return top;
    }
    loop {
        if let Some(top) =
            THEN.into_iter().map(|top| power.saturating_mul(top)).find(|top| *top >= max)
        {
            return top;
        }
        power = power.saturating_mul(10);
    }
}

fn class(level: Level) -> &'static str {
    match level {
        Level::Satisfied => "level-1",
        Level::Basic => "level-2",
        Level::Dissatisfied => "level-3",
    }
}

/// What the colours and patterns mean, in the order of the buttons.
#[must_use]
pub fn legend() -> Markup {
    html! {
        ul.legend {
            @for level in Level::ALL {
                li {
                    svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" {
                        rect.(class(level)) width="12" height="12" rx="2" {}
                        @if level == Level::Basic { rect width="12" height="12" rx="2" fill="url(#hatch)" {} }
                    }
                    (level.word())
                }
            }
        }
    }
}

/// Stacked bars, a day each; satisfied stands at the bottom. One of them may stand on a page.
#[must_use]
pub fn daily(name: &str, bars: &[Bar]) -> Markup {
    let top = scale(bars.iter().map(Bar::total).max().unwrap_or(0));
    let floor = HEIGHT - BOTTOM;
    let step = (WIDTH - LEFT) / i64::try_from(bars.len()).unwrap_or(1).max(1);
    let width = (step * 72 / 100).min(260);
    let up = |n: i64| (floor - TOP) * n / top;
    html! {
        svg.daily viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(name) {
            defs {
                pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.hatch width="1.2" height="4" {}
                }
                pattern id="hatch-bar" width="60" height="60" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.hatch width="14" height="60" {}
                }
            }
            @for mark in [top, top / 2, 0] {
                line.grid x1=(LEFT) x2=(WIDTH) y1=(floor - up(mark)) y2=(floor - up(mark)) {}
                text x=(LEFT - 80) y=(floor - up(mark) + 40) text-anchor="end" { (super::count(mark)) }
            }
            @for (place, bar) in (0_i64..).zip(bars) {
                (column(bar, LEFT + place * step + (step - width) / 2, width, floor, up))
                @if place % 7 == 0 {
                    text x=(LEFT + place * step + step / 2) y=(HEIGHT - 60) text-anchor="middle" { (bar.label) }
                }
            }
        }
    }
}

fn column(bar: &Bar, x: i64, width: i64, floor: i64, up: impl Fn(i64) -> i64) -> Markup {
    let parts = Level::ALL.map(Level::word).into_iter().zip(bar.counts);
    let said: Vec<String> = parts.map(|(word, n)| format!("{word} {n}")).collect();
    let mut below = 0;
    let parts = Level::ALL.into_iter().zip(bar.counts).map(|(level, n)| {
        let (low, high) = (up(below), up(below + n));
        below += n;
        (level, floor - high, high - low)
    });
    html! {
        g {
            title { (bar.label) "：" (said.join("，")) }
            @for (level, y, height) in parts.filter(|(_, _, height)| *height > 0) {
                rect.(class(level)) x=(x) y=(y) width=(width) height=(height) {}
                @if level == Level::Basic {
                    rect x=(x) y=(y) width=(width) height=(height) fill="url(#hatch-bar)" {}
                }
            }
        }
    }
}

/// Where the axis of [`interval`] begins, as a share: 0.6, or as far below as the lowest bound asks.
#[must_use]
pub fn axis_from(lowest: f64) -> f64 {
    [0.6, 0.4, 0.2].into_iter().find(|from| lowest >= *from).unwrap_or(0.0)
}

const INTERVAL_WIDTH: f64 = 320.0;
const MARGIN: f64 = 7.0;

fn across(share: f64, from: f64) -> String {
    let part = ((share - from) / (1.0 - from)).clamp(0.0, 1.0);
    format!("{:.1}", MARGIN + part * (INTERVAL_WIDTH - 2.0 * MARGIN))
}

/// A share as a dot on the line of its interval, on an axis from `from` to 1.
#[must_use]
pub fn interval(share: f64, low: f64, high: f64, from: f64) -> Markup {
    let said = format!(
        "{}%，95% 区间 {} 至 {}",
        super::point(share),
        super::point(low),
        super::point(high)
    );
    html! {
        svg.interval viewBox="0 0 320 20" width="320" height="20" role="img" aria-label=(said) {
            title { (said) }
            line.axis x1=(across(from, from)) x2=(across(1.0, from)) y1="10" y2="10" {}
            line.range x1=(across(low, from)) x2=(across(high, from)) y1="10" y2="10" {}
            circle.share cx=(across(share, from)) cy="10" r="5.5" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_is_marked_with_round_numbers() {
        assert_eq!(
            [0, 1, 2, 3, 7, 11, 57, 101, 220, 4001].map(scale),
            [2, 2, 2, 4, 8, 12, 60, 120, 240, 5000]
        );
    }

    #[test]
    fn the_axis_widens_only_when_a_bound_lies_below() {
        assert_eq!([0.97, 0.6, 0.59, 0.3, 0.0].map(axis_from), [0.6, 0.6, 0.4, 0.2, 0.0]);
    }

    #[test]
    fn every_bar_says_its_numbers() {
        let bars = [Bar { label: "10-01".into(), counts: [35, 6, 2] }];
        let text = daily("每日评价", &bars).into_string();
        assert!(text.contains("10-01：满意 35，基本满意 6，不满意 2"));
    }

    #[test]
    fn a_month_without_ratings_is_drawn_without_bars() {
        let bars = vec![Bar { label: "11-01".into(), counts: [0; 3] }; 30];
        assert!(!daily("每日评价", &bars).into_string().contains("level-1"));
    }
}
