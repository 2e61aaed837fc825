//! A demo that begins with three months of ratings.

use super::demo::Demo;

/// The month before that of a day such as `2026-11-03`.
fn month_before(today: &str) -> String {
    let mut parts = today.split('-').map(|part| part.parse::<u32>().unwrap());
    let (year, month) = (parts.next().unwrap(), parts.next().unwrap());
    if month == 1 { format!("{}-12", year - 1) } else { format!("{year}-{:02}", month - 1) }
}

fn today() -> String {
    let now = chrono::Utc::now() + chrono::Duration::hours(8);
    now.format("%Y-%m-%d").to_string()
}

#[test]
fn a_demo_with_history_shows_its_months_and_a_second_start_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start_in(folder, None, &["--history"]);
    let entries: u64 = demo.says("history").parse().unwrap();
    assert!(entries > 20_000, "{entries}");
    let address = format!("/?month={}", month_before(&today()));
    let mut officer = demo.officer();
    let month = officer.get(&address);
    let rated = month.figure("rated").unwrap();
    assert!(rated > 1_000, "{rated}: {}", month.text());
    let flagged = officer.get("/terminals");
    assert_eq!(flagged.status, 200);
    for window in ["w1", "w2", "w3", "w4", "w5", "w6"] {
        assert!(month.text().contains(window) || month.status == 200);
        let wall = officer.get(&format!("/w/{window}")).text();
        assert!(wall.contains(r#"data-figure="satisfaction""#), "{window}: {wall}");
        assert!(!wall.contains(r#"data-figure="too-few""#), "{window}");
    }
    let demo = Demo::start_in(demo.end(), None, &["--history"]);
    assert_eq!(demo.officer().get(&address).figure("rated"), Some(rated));
    assert_eq!(demo.says("Ctrl+C"), "结束 / ends it");
}
