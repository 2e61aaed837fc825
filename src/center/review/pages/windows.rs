//! Windows compared: intervals and groups, never a ranking of noise.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::center::registry::store::Window;
use crate::center::review::rules::{COMPARED_FROM, SHOWN_FROM, Tally, Verdict, compare};
use crate::center::review::store::duty::Served;
use crate::center::web::{NONE, charts, count, percent, point};
use crate::domain::Day;

struct Line {
    window: String,
    label: String,
    on_duty: Option<String>,
    tally: Tally,
    verdict: Verdict,
}

/// All windows of the view, those with ratings that the registry no longer knows included.
fn lines(windows: &[Window], counted: &BTreeMap<String, Tally>) -> Vec<Line> {
    let known = windows.iter().map(|window| {
        let tally = counted.get(&window.window_id).copied().unwrap_or_default();
        (window.window_id.clone(), window.label(), window.on_duty.clone(), tally)
    });
    let is_known = |id: &String| windows.iter().any(|window| window.window_id == *id);
    let others = counted.iter().filter(|(id, _)| !is_known(id));
    let others = others.map(|(id, tally)| (id.clone(), id.clone(), None, *tally));
    let all: Vec<_> = known.chain(others).collect();
    let tallies: Vec<Tally> = all.iter().map(|(_, _, _, tally)| *tally).collect();
    let verdicts = compare(&tallies);
    let lines = all.into_iter().zip(verdicts);
    let mut lines: Vec<Line> = lines
        .map(|((window, label, on_duty, tally), verdict)| Line {
            window,
            label,
            on_duty,
            tally,
            verdict,
        })
        .collect();
    // The compared ones by their shares, then the rest by how much is known of them.
    lines.sort_by(|a, b| {
        let share = |line: &Line| line.tally.satisfaction().map_or(-1.0, |rate| rate.share);
        let late = |line: &Line| line.verdict == Verdict::TooFew;
        let by_share = share(b).total_cmp(&share(a));
        let by_size = b.tally.rated().cmp(&a.tally.rated());
        let in_turn =
            if late(a) && late(b) { by_size.then(by_share) } else { by_share.then(by_size) };
        late(a).cmp(&late(b)).then(in_turn)
    });
    lines
}

/// The card of the comparison, with figures up to the end of `until`.
pub(super) fn card(
    windows: &[Window],
    (counted, served): (&BTreeMap<String, Tally>, &BTreeMap<String, Served>),
    until: Day,
) -> Markup {
    let lines = lines(windows, counted);
    let of = |line: &Line| served.get(&line.window).copied().unwrap_or_default();
    let rates = lines.iter().filter_map(|line| line.tally.satisfaction());
    let from = charts::axis_from(rates.map(|rate| rate.low).fold(1.0, f64::min));
    html! {
        section.card.compare {
            header {
                h2 { "窗口比较" }
                p { "横线是 95% 区间；数据分不出高下的排在同一组" }
            }
            @if lines.is_empty() {
                p.empty { "还没有窗口。请先在服务器上导入单位资料。" }
            } @else {
                div.wide {
                    table {
                        thead {
                            tr {
                                th scope="col" { "窗口" }
                                th scope="col" { "值班" }
                                th.n scope="col" { "评价数" }
                                th.n scope="col" { "评价率" }
                                th.n scope="col" { "满意率" }
                                th scope="col" {
                                    div.axis-ends { span { (axis_end(from)) } span { "100%" } }
                                }
                                th scope="col" { "结论" }
                            }
                        }
                        tbody { @for line in &lines { (row(line, of(line), from)) } }
                    }
                }
                p.hint {
                    "单个窗口的数字每天结束后更新（到 " (until) "）。评价不到 " (SHOWN_FROM) " 次不算满意率，不到 "
                    (COMPARED_FROM) " 次不比较；两两检验，Holm 法校正，误判的可能不超过 5%。"
                }
            }
        }
    }
}

fn axis_end(from: f64) -> String {
    format!("{:.0}%", from * 100.0)
}

fn row(line: &Line, served: Served, from: f64) -> Markup {
    let rate = line.tally.satisfaction();
    let response_rate = served.response_rate().filter(|_| served.finished >= SHOWN_FROM);
    html! {
        tr data-window=(line.window) {
            th scope="row" { (line.label) }
            td { (line.on_duty.as_deref().unwrap_or(NONE)) }
            td.n data-figure="window-rated" data-value=(line.tally.rated()) { (count(line.tally.rated())) }
            @match response_rate {
                Some(rate) => {
                    td.n data-figure="window-response-rate" data-value=(format!("{rate:.6}"))
                        title={ (count(served.rated)) " / " (count(served.finished)) " 次服务" } { (percent(rate)) }
                }
                None => td.n data-figure="window-response-rate" data-value="" { (NONE) },
            }
            @match rate {
                Some(rate) => {
                    td.n.strong data-figure="window-satisfaction" data-value=(format!("{:.6}", rate.share))
                        title={ "95% 区间 " (point(rate.low)) "–" (point(rate.high)) } { (percent(rate.share)) }
                    td { (charts::interval(rate.share, rate.low, rate.high, from)) }
                }
                None => {
                    td.n.strong data-figure="window-satisfaction" data-value="" { (NONE) }
                    td {}
                }
            }
            td.wrap data-figure="window-verdict" {
                @if line.verdict == Verdict::TooFew {
                    span.state-care.regular { (line.verdict.words()) }
                } @else {
                    (line.verdict.words())
                }
            }
        }
    }
}
