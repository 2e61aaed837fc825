//! The lists: duty ledger, register of complaints, flags; and what of them stands on other pages.

use crate::center::{Browser, Center, NOW, figure};

const TODAY: i64 = 20_261_122;
const HOUR: i64 = 3_600_000;

/// Both databases, each with an `admin` in a browser.
async fn both() -> [(Center, Browser); 2] {
    let (first, second) = (Center::start().await, Center::start_on_postgres().await);
    let browsers = (first.admin().await, second.admin().await);
    [(first, browsers.0), (second, browsers.1)]
}

struct Shift<'a> {
    leaf: i64,
    day: i64,
    window: &'a str,
    person: &'a str,
    times: (Option<i64>, Option<i64>),
    why: &'a str,
    /// Finished, rated, silent, cut.
    served: [i64; 4],
}

/// Writes a shift as intake does, with 20 minutes of absence and what was served in it.
async fn shift(center: &Center, shift: Shift<'_>) {
    let Shift { leaf, day, window, person, times: (from_at, to_at), why, served } = shift;
    let [finished, rated, silent, cut] = served;
    let sql = "insert into shifts(leaf, terminal_id, window_id, employee_no, day, from_at, to_at, means, why,
                   away_at, away_ms, away_times, finished, rated, silent, cut)
               values ($1, 'T-0001', $2, $3, $4, $5, $6, 'card', $7, null, 1200000, 2, $8, $9, $10, $11)";
    let mut row = vec![leaf.into(), window.into(), person.into(), day.into()];
    row.extend([from_at.into(), to_at.into(), why.into()]);
    row.extend([finished.into(), rated.into(), silent.into(), cut.into()]);
    center.run(sql, row).await;
    let sql = "insert into service_rollups(day, window_id, employee_no, item_id, finished, rated, silent, cut, took_ms)
               values ($1, $2, $3, '', $4, $5, $6, $7, 0)";
    let row = vec![day.into(), window.into(), person.into(), finished.into()];
    center.run(sql, [row, vec![rated.into(), silent.into(), cut.into()]].concat()).await;
}

/// Lin Xiaohui: seven hours yesterday and a shift that lasts; Chen Zhiyuan at another window.
async fn two_days(center: &Center) {
    let (from, day) = (NOW - 30 * HOUR, 20_261_121);
    let why = "past_closing";
    let times = (Some(from), Some(from + 7 * HOUR));
    let served = [40, 22, 17, 3];
    shift(center, Shift { leaf: 5, day, window: "w3", person: "0317", times, why, served }).await;
    let times = (Some(NOW - HOUR), None);
    let served = [9, 9, 0, 0];
    shift(
        center,
        Shift { leaf: 7, day: TODAY, window: "w3", person: "0317", times, why: "", served },
    )
    .await;
    let served = [8, 2, 6, 0];
    let times = (None, Some(from));
    let why = "handed_over";
    shift(center, Shift { leaf: 6, day, window: "w5", person: "0402", times, why, served }).await;
}

#[tokio::test]
async fn the_duty_ledger_tells_who_served_where_and_how_it_ended() {
    for (center, browser) in both().await {
        two_days(&center).await;
        let page = browser.get("/duty").await;
        assert_eq!(page.status, 200, "{}", page.text);
        let row = page.row("data-post", "w3/0317");
        let found = ["shifts", "lasted", "away", "finished", "rated", "silent", "cut"]
            .map(|name| figure(row, name));
        assert_eq!(found, ["2", "7 小时", "40 分钟", "40", "22", "17", "3"]);
        assert_eq!(figure(row, "response-rate"), "55.0%");
        let few = page.row("data-post", "w5/0402");
        assert_eq!(
            (figure(few, "finished"), figure(few, "response-rate")),
            ("8".into(), "—".into())
        );
        let over = page.row("data-shift", "5");
        assert!(
            over.contains("过时未签退") && over.contains("刷卡") && over.contains("2 次 20 分钟")
        );
        assert!(over.contains("3 号窗口") && over.contains("林晓慧"));
        assert!(page.row("data-shift", "6").contains("没有签到"));
    }
}

#[tokio::test]
async fn the_services_of_today_are_not_told_before_the_day_is_over() {
    for (center, browser) in both().await {
        two_days(&center).await;
        let lasting = browser.get("/duty").await.row("data-shift", "7").to_owned();
        assert!(lasting.contains("在岗") && !lasting.contains("data-figure"), "{lasting}");
        center.clock.advance(10 * HOUR);
        let browser = center.admin().await;
        let page = browser.get("/duty").await;
        assert_eq!(figure(page.row("data-shift", "7"), "rated"), "9");
        assert_eq!(figure(page.row("data-post", "w3/0317"), "finished"), "49");
    }
}

#[tokio::test]
async fn the_duty_ledger_is_filtered_by_its_address() {
    for (center, browser) in both().await {
        two_days(&center).await;
        for (address, is_third, is_fifth) in [
            ("/duty?month=2026-11", true, true),
            ("/duty?window=w5", false, true),
            ("/duty?person=0317", true, false),
            ("/duty?person=0317&window=w5", false, false),
            ("/duty?month=2026-10", false, false),
            ("/duty?before=6", true, false),
        ] {
            let text = browser.get(address).await.text;
            let shown = [5, 6].map(|leaf| text.contains(&format!("data-shift=\"{leaf}\"")));
            assert_eq!(shown, [is_third, is_fifth], "{address}");
        }
        assert_eq!(browser.get("/duty?month=2026-13").await.status, 404);
    }
}

#[tokio::test]
async fn the_overview_tells_the_response_rate_of_services() {
    for (center, browser) in both().await {
        two_days(&center).await;
        let page = browser.get("/").await;
        assert_eq!(
            (page.figure("services"), page.figure("response-rate")),
            ("57".into(), "57.9%".into())
        );
        let third = figure(page.row("data-window", "w3"), "window-response-rate");
        assert_eq!(third, "55.0%", "without today");
        let fifth = figure(page.row("data-window", "w5"), "window-response-rate");
        assert_eq!(fifth, "—", "too few services");
        let unit = browser.get("/?unit=cdc").await;
        assert_eq!(unit.figure("services"), "57");
    }
}

async fn complaint(center: &Center, leaf: i64, number: &str, marks: [i64; 3]) {
    let [anonymous, has_contact, training] = marks;
    let sql = "insert into complaints(leaf, number, at, day, window_id, employee_no, terminal_id, incarnation,
                   seq, about, tags, anonymous, has_contact, training)
               values ($1, $2, $3, $4, 'w3', '0317', 'T-0001', $5, 1, 'office', $6, $7, $8, $9)";
    let tags = "[\"hours\",\"gone\"]";
    let mut row = vec![leaf.into(), number.into(), NOW.into(), TODAY.into(), b"x".into()];
    row.extend([tags.into(), anonymous.into(), has_contact.into(), training.into()]);
    center.run(sql, row).await;
}

#[tokio::test]
async fn the_register_shows_numbers_and_words_and_no_contact() {
    for (center, browser) in both().await {
        let sql = "insert into tags(unit_id, kind, tag_id, ordinal, offered, text)
                   values ('cdc', 'complaint', 'hours', 99, 0, '{\"zh\":\"办公时间\",\"en\":\"Hours\"}')";
        center.run(sql, vec![]).await;
        complaint(&center, 5, "9ABCDEFG", [0, 1, 0]).await;
        complaint(&center, 6, "7K3MQ2XD", [1, 0, 1]).await;
        let page = browser.get("/complaints").await;
        assert_eq!(page.figure("complaints"), "2", "{}", page.text);
        let first = page.row("data-complaint", "9ABCDEFG");
        for words in ["9ABC-DEFG", "3 号窗口", "本单位", "办公时间、gone", "已留电话（密封）"]
        {
            assert!(first.contains(words), "{words}: {first}");
        }
        let second = page.row("data-complaint", "7K3MQ2XD");
        assert!(second.contains("匿名") && second.contains("演练"));
        let older = browser.get("/complaints?month=2026-11&before=6").await.text;
        assert!(older.contains("9ABC-DEFG") && !older.contains("7K3M-Q2XD"));
        assert!(browser.get("/complaints?month=2026-10").await.text.contains("没有投诉和建议"));
    }
}

async fn flag(center: &Center, terminal: &str, rule: &str) {
    let sql = "insert into flags(leaf, terminal_id, rule, evidence, raised_at) values (4, $1, $2, '<b>x</b>', $3)";
    center.run(sql, vec![terminal.into(), rule.into(), (NOW - HOUR).into()]).await;
}

async fn terminal(center: &Center, id: &str, window: &str) {
    let sql = "insert into terminals(terminal_id, window_id, public_key, status, enrolled_at, last_contact_at,
                   version, backlog, oldest_unsent_at, clock_offset_ms, content_version, trouble)
               values ($1, $2, $3, 'active', 1, $4, '0.1.0', 0, null, 0, 1, '')";
    let row = vec![id.into(), window.into(), id.as_bytes().into(), NOW.into()];
    center.run(sql, row).await;
}

#[tokio::test]
async fn flags_are_listed_with_their_words_and_filtered() {
    for (center, browser) in both().await {
        terminal(&center, "T-0001", "w3").await;
        flag(&center, "T-0001", "two_windows").await;
        flag(&center, "T-0002", "upward_correction").await;
        flag(&center, "T-0002", "of_tomorrow").await;
        let page = browser.get("/flags").await;
        let row = page.row("data-flag", "two_windows");
        for words in ["同一人同时在两个窗口上岗", "3 号窗口", "T-0001", "&lt;b&gt;x"]
        {
            assert!(row.contains(words), "{words}: {row}");
        }
        assert!(page.row("data-flag", "of_tomorrow").contains("of_tomorrow"));
        let some = browser.get("/flags?terminal=T-0002&rule=upward_correction").await.text;
        let shown = ["two_windows", "upward_correction", "of_tomorrow"]
            .map(|rule| some.contains(&format!("data-flag=\"{rule}\"")));
        assert_eq!(shown, [false, true, false]);
        assert!(browser.get("/flags?terminal=T-0009").await.text.contains("没有异常"));
    }
}

#[tokio::test]
async fn the_fleet_shows_the_last_self_test_and_how_many_flags() {
    for (center, browser) in both().await {
        for (id, window) in [("T-0001", "w3"), ("T-0002", "w5"), ("T-0003", "w1")] {
            terminal(&center, id, window).await;
        }
        let tests = [
            (1, "T-0001", 0, "不满意", NOW - 90 * HOUR),
            (2, "T-0001", 1, "", NOW - HOUR),
            (3, "T-0002", 0, "基本满意", NOW),
        ];
        for (leaf, terminal, passed, fault, at) in tests {
            let sql = "insert into self_tests(leaf, terminal_id, at, passed, micros_1, micros_2, micros_3, sizes, fault)
                       values ($1, $2, $3, $4, 8100, 8600, 7900, '[]', $5)";
            let row = vec![leaf.into(), terminal.into(), at.into(), passed.into(), fault.into()];
            center.run(sql, row).await;
        }
        flag(&center, "T-0002", "self_test_failed").await;
        center.run("update windows set training = 1 where window_id = 'w5'", vec![]).await;
        let page = browser.get("/terminals").await;
        for (terminal, is_training) in [("T-0001", false), ("T-0002", true)] {
            assert_eq!(page.row("data-terminal", terminal).contains("演练"), is_training);
        }
        let passed = page.row("data-terminal", "T-0001");
        assert!(passed.contains("通过 13:32") && passed.contains("8/9/8 毫秒"), "{passed}");
        assert!(page.row("data-terminal", "T-0002").contains("未通过：基本满意"));
        assert!(page.row("data-terminal", "T-0002").contains("/flags?terminal=T-0002"));
        assert!(!page.row("data-terminal", "T-0003").contains("通过"));
    }
}
