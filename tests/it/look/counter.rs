//! Invented days at the counter for the pictures: shifts, services, complaints, self-tests, flags.

use pingyi::center::db::Value;

use crate::center::{Center, NOW};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Window, person, services and how many of them were rated on an ordinary day.
const POSTS: [(&str, &str, i64, i64); 5] = [
    ("w3", "0317", 86, 40),
    ("w5", "0511", 77, 39),
    ("w1", "0102", 71, 27),
    ("w2", "0208", 84, 47),
    ("w6", "0623", 66, 20),
];

pub async fn fill(center: &Center) {
    let mut leaf = 100;
    // The 22nd is a Sunday; each day begins at 8:00 in China.
    for back in (0..21).rev().filter(|back| !matches!((28 - back) % 7, 0 | 6)) {
        for (post, (window, person, services, rated)) in POSTS.into_iter().enumerate() {
            leaf += 1;
            let uneven = (leaf * 7919) % 13 - 6;
            let from_at = NOW - NOW % DAY - back * DAY + (leaf * 131) % 9 * 60_000;
            shift(
                center,
                (leaf, from_at),
                (window, person),
                (services + uneven, rated + uneven / 2),
            )
            .await;
            if post == 2 && back == 4 {
                flags(center, leaf).await;
            }
        }
    }
    complaints(center).await;
    self_tests(center).await;
}

async fn shift(
    center: &Center,
    (leaf, from_at): (i64, i64),
    (window, person): (&str, &str),
    (finished, rated): (i64, i64),
) {
    let day = pingyi::domain::Day::of(from_at).unwrap().number();
    let why = ["end_of_day", "end_of_day", "end_of_day", "past_closing", "handed_over"];
    let why = why[usize::try_from(leaf % 5).unwrap()];
    let (silent, cut) = (finished - rated - 1, leaf % 4);
    let away = (leaf % 3, leaf % 3 * 14 * 60_000);
    let sql = "insert into shifts(leaf, terminal_id, window_id, employee_no, day, from_at, to_at, means, why,
                   away_at, away_ms, away_times, finished, rated, silent, cut)
               values ($1, 'T-0007', $2, $3, $4, $5, $6, 'pin', $7, null, $8, $9, $10, $11, $12, $13)";
    let to_at = from_at + 9 * HOUR + leaf % 7 * 60_000;
    let mut row: Vec<Value> = vec![leaf.into(), window.into(), person.into(), day.into()];
    row.extend([from_at.into(), to_at.into(), why.into(), away.1.into(), away.0.into()]);
    row.extend([finished, rated, silent, cut].map(Value::from));
    center.run(sql, row).await;
    let sql = "insert into service_rollups(day, window_id, employee_no, item_id, finished, rated, silent, cut, took_ms)
               values ($1, $2, $3, '', $4, $5, $6, $7, 0)";
    let mut row: Vec<Value> = vec![day.into(), window.into(), person.into()];
    row.extend([finished, rated, silent, cut].map(Value::from));
    center.run(sql, row).await;
}

async fn flags(center: &Center, leaf: i64) {
    let all = [
        ("T-0003", "self_test_failed", "基本满意", 3),
        ("T-0007", "upward_correction", "「不满意」改为「满意」，评价之后 2140 毫秒", 26),
        ("T-0005", "two_windows", "0102：w1（T-0005）、w3（T-0007）", 50),
        ("T-0008", "locked_out", "0511：连错 5 次，锁定 300 秒", 51),
        ("T-0006", "second_rating", "这次服务已有评价，总账序号 81", 75),
        (
            "T-0011",
            "no_dissatisfied",
            "从 2026-09-14 起 612 次评价没有「不满意」；本单位 90 天 4120 次中 180 次；概率 1.4e-12",
            90,
        ),
    ];
    for (terminal, rule, evidence, hours) in all.into_iter().rev() {
        let sql = "insert into flags(leaf, terminal_id, rule, evidence, raised_at)
                   values ($1, $2, $3, $4, $5)";
        let at = NOW - hours * HOUR;
        let row = vec![leaf.into(), terminal.into(), rule.into(), evidence.into(), at.into()];
        center.run(sql, row).await;
    }
}

async fn complaints(center: &Center) {
    let sql = "select tag_id from tags where kind = 'complaint' order by ordinal limit 2";
    let tags = center.db.read(sql, Vec::new()).await.unwrap();
    let tags: Vec<&str> = tags.iter().map(|row| row.text("tag_id").unwrap()).collect();
    let all = [
        (300, "9ABCDEFG", "w3", "window", 1, 0),
        (301, "7K3MQ2XD", "w5", "office", 0, 1),
        (302, "M2XD7K3Q", "w2", "other", 0, 0),
    ];
    for (leaf, number, window, about, anonymous, has_contact) in all {
        let sql = "insert into complaints(leaf, number, at, day, window_id, employee_no, terminal_id, incarnation,
                       seq, about, tags, anonymous, has_contact, training)
                   values ($1, $2, $3, 20261118, $4, '0317', 'T-0007', $5, 1, $6, $7, $8, $9, 0)";
        let tags = serde_json::json!(tags).to_string();
        let at = NOW - (310 - leaf) * 11 * HOUR;
        let mut row: Vec<Value> = vec![leaf.into(), number.into(), at.into(), window.into()];
        row.extend([b"x".into(), about.into(), tags.into()]);
        row.extend([anonymous.into(), has_contact.into()]);
        center.run(sql, row).await;
    }
}

async fn self_tests(center: &Center) {
    let all = [
        ("T-0007", 1, ""),
        ("T-0008", 1, ""),
        ("T-0005", 1, ""),
        ("T-0006", 1, ""),
        ("T-0011", 1, ""),
        ("T-0003", 0, "基本满意"),
    ];
    for (leaf, (terminal, passed, fault)) in (400_i64..).zip(all) {
        let sql = "insert into self_tests(leaf, terminal_id, at, passed, micros_1, micros_2, micros_3, sizes, fault)
                   values ($1, $2, $3, $4, 8100, 8600, 7900, '[]', $5)";
        let at = NOW - NOW % DAY + leaf % 3 * 60_000;
        let row = vec![leaf.into(), terminal.into(), at.into(), passed.into(), fault.into()];
        center.run(sql, row).await;
    }
}
