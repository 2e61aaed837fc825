//! Terminals: from a one-time code to being revoked.

use hmac::{Hmac, KeyInit, Mac};
use pingyi::center::registry::rules::{Claim, Delivery};
use pingyi::center::registry::store::enrolment;
use pingyi::chain::{Hash, Keypair};
use pingyi::domain::{CodeId, from_crockford};
use pingyi::wire::{DecisionReply, DecisionRequest, EnrolRequest, enrol_proof_bytes};

use crate::center::{Browser, Center, MINUTE, NOW, Reply};

/// What a terminal makes of a code that was typed.
fn request(center: &Center, written: &str, key: &Keypair) -> EnrolRequest {
    let plain = written.trim().replace('-', "");
    assert_eq!(plain.len(), 36);
    let (code, secret): (CodeId, _) =
        (plain[..4].parse().unwrap(), from_crockford(&plain[4..20]).unwrap());
    assert_eq!(plain[20..], center.key.public().center_id().to_string());
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&secret).unwrap();
    mac.update(&enrol_proof_bytes(center.key.public().center_id(), &code, &key.public()));
    EnrolRequest { code, public_key: key.public(), proof: Hash(mac.finalize().into_bytes().into()) }
}

async fn claim(center: &Center, request: &EnrolRequest) -> Claim {
    let mut tx = center.db.begin().await.unwrap();
    let id = center.key.public().center_id();
    let claim = enrolment::claim(&mut tx, id, request, center.clock.wall()).await.unwrap();
    tx.commit().await.unwrap();
    claim
}

async fn decision(center: &Center, request: &EnrolRequest) -> DecisionReply {
    let asked = DecisionRequest { code: request.code.clone(), public_key: request.public_key };
    enrolment::decision(&center.db, &asked, center.clock.wall()).await.unwrap()
}

/// The code as it stands on the page, its groups put together.
fn written(page: &Reply) -> String {
    let rest = page.text.split("data-figure=\"code\">").nth(1).unwrap();
    let inner = rest.split("</div>").next().unwrap().replace("<wbr>", "").replace("<span>", "");
    inner.replace("</span>", "")
}

async fn new_code(browser: &Browser, window: &str) -> String {
    let csrf = browser.get("/terminals").await.field("csrf");
    let made = browser.post("/terminals/enrolments", &[("csrf", &csrf), ("window", window)]).await;
    assert_eq!(made.status, 303, "{}", made.text);
    assert!(made.header("location").starts_with("/terminals#code-"));
    written(&browser.get("/terminals").await)
}

async fn decide(browser: &Browser, request: &EnrolRequest, what: &str) -> Reply {
    let csrf = browser.get("/terminals").await.field("csrf");
    let fingerprint = request.public_key.fingerprint().to_string();
    let path = format!("/terminals/enrolments/{}/{what}", request.code.as_str());
    browser.post(&path, &[("csrf", &csrf), ("fingerprint", &fingerprint)]).await
}

#[tokio::test]
async fn a_terminal_is_enrolled_when_both_screens_show_one_fingerprint() {
    enrolment_life(&Center::start().await).await;
}

#[tokio::test]
async fn a_terminal_is_enrolled_on_postgresql() {
    enrolment_life(&Center::start_on_postgres().await).await;
}

async fn enrolment_life(center: &Center) {
    let browser = center.admin().await;
    let key = Keypair::from_seed([5; 32]);
    let request = request(center, &new_code(&browser, "w3").await, &key);
    assert_eq!(decision(center, &request).await, DecisionReply::Refused, "before the claim");
    assert_eq!(decide(&browser, &request, "confirm").await.status, 400, "before the claim");
    assert_eq!(claim(center, &request).await, Claim::Taken);
    assert_eq!(claim(center, &request).await, Claim::Taken, "the first answer was lost");
    assert_eq!(decision(center, &request).await, DecisionReply::Waiting);
    let page = browser.get("/terminals").await;
    assert_eq!(page.figure("fingerprint"), key.public().fingerprint().to_string());
    assert_eq!(decide(&browser, &request, "confirm").await.status, 303);
    let accepted = DecisionReply::Accepted {
        terminal: "T-0001".parse().unwrap(),
        window: "w3".parse().unwrap(),
    };
    assert_eq!(decision(center, &request).await, accepted);
    let page = browser.get("/terminals").await;
    let row = page.row("data-terminal", "T-0001");
    assert!(row.contains("3 号窗口 · 预防接种") && row.contains("未联网"));
    assert_eq!(decide(&browser, &request, "refuse").await.status, 400, "decided once");
    assert_eq!(
        center.acts().await,
        ["account_created", "enrolment_created", "enrolment_confirmed"]
    );
}

#[tokio::test]
async fn another_key_cannot_take_a_claimed_code() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let code = new_code(&browser, "w3").await;
    let ours = request(&center, &code, &Keypair::from_seed([5; 32]));
    let theirs = request(&center, &code, &Keypair::from_seed([6; 32]));
    assert_eq!(claim(&center, &ours).await, Claim::Taken);
    assert_eq!(claim(&center, &theirs).await, Claim::Refused);
    assert_eq!(decision(&center, &theirs).await, DecisionReply::Refused);
    let stale = decide(&browser, &theirs, "confirm").await;
    assert_eq!(stale.status, 400);
    assert!(stale.text.contains("指纹已经变了"));
}

#[tokio::test]
async fn wrong_proofs_use_a_code_up() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let good = request(&center, &new_code(&browser, "w3").await, &Keypair::from_seed([5; 32]));
    let bad = EnrolRequest { proof: Hash::ZERO, ..good.clone() };
    for _ in 0..5 {
        assert_eq!(claim(&center, &bad).await, Claim::WrongProof);
    }
    assert_eq!(claim(&center, &good).await, Claim::Refused);
}

#[tokio::test]
async fn a_code_ends_after_a_quarter_of_an_hour() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let request = request(&center, &new_code(&browser, "w3").await, &Keypair::from_seed([5; 32]));
    assert_eq!(claim(&center, &request).await, Claim::Taken);
    center.clock.advance(15 * MINUTE);
    assert_eq!(decision(&center, &request).await, DecisionReply::Refused);
    assert_eq!(decide(&browser, &request, "confirm").await.status, 400);
    assert!(!browser.get("/terminals").await.text.contains("等待启用"));
}

#[tokio::test]
async fn a_code_in_a_file_lasts_a_day() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let csrf = browser.get("/terminals").await.field("csrf");
    let form = [("csrf", csrf.as_str()), ("window", "w3"), ("delivery", "file")];
    browser.post("/terminals/enrolments", &form).await;
    let page = browser.get("/terminals").await;
    assert!(!page.text.contains("data-figure=\"code\""), "the code stands in the file alone");
    let link =
        page.text.split("href=\"/terminals/enrolments/").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/terminals/enrolments/{link}");
    assert_eq!(Browser::new(&center).get(&path).await.status, 303, "not for strangers");
    let file = browser.get(&path).await;
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"pingyi-"));
    let request = request(&center, &file.text, &Keypair::from_seed([5; 32]));
    center.clock.advance(Delivery::File.valid_ms() - 1);
    assert_eq!(claim(&center, &request).await, Claim::Taken);
    let browser = center.admin().await;
    center.clock.advance(1);
    assert_eq!(browser.get(&path).await.status, 404);
}

#[tokio::test]
async fn differing_fingerprints_end_the_code() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let request = request(&center, &new_code(&browser, "w3").await, &Keypair::from_seed([5; 32]));
    claim(&center, &request).await;
    assert_eq!(decide(&browser, &request, "refuse").await.status, 303);
    assert_eq!(decision(&center, &request).await, DecisionReply::Refused);
    assert_eq!(claim(&center, &request).await, Claim::Refused);
    assert_eq!(center.acts().await.last().unwrap(), "enrolment_refused");
}

#[tokio::test]
async fn a_code_needs_a_window_that_exists() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let csrf = browser.get("/terminals").await.field("csrf");
    for (window, status) in [("", 400), ("w99", 404), ("a/b", 400)] {
        let reply =
            browser.post("/terminals/enrolments", &[("csrf", &csrf), ("window", window)]).await;
        assert_eq!(reply.status, status, "{window}");
    }
}

async fn enrolled(center: &Center, browser: &Browser, seed: u8) -> EnrolRequest {
    let request = request(center, &new_code(browser, "w3").await, &Keypair::from_seed([seed; 32]));
    assert_eq!(claim(center, &request).await, Claim::Taken);
    assert_eq!(decide(browser, &request, "confirm").await.status, 303);
    request
}

async fn order(browser: &Browser, path: &str, reason: &str) -> u16 {
    let asked = browser.get(path).await;
    let csrf = asked.field("csrf");
    browser.post(path, &[("csrf", &csrf), ("reason", reason)]).await.status
}

#[tokio::test]
async fn a_terminal_is_retired_then_revoked_each_after_a_question() {
    let center = Center::start().await;
    let browser = center.admin().await;
    enrolled(&center, &browser, 5).await;
    let question = browser.get("/terminals/T-0001/retire").await;
    assert!(question.text.contains("确认停用") && question.text.contains("3 号窗口 · 预防接种"));
    let page = browser.get("/terminals").await;
    assert!(page.row("data-terminal", "T-0001").contains("未联网"));
    assert_eq!(order(&browser, "/terminals/T-0001/retire", "").await, 400, "a reason is asked for");
    assert_eq!(order(&browser, "/terminals/T-0001/retire", "窗口撤并").await, 303);
    assert!(browser.get("/terminals").await.row("data-terminal", "T-0001").contains("停用中"));
    assert_eq!(browser.get("/terminals/T-0001/retire").await.status, 400);
    assert_eq!(order(&browser, "/terminals/T-0001/revoke", "丢失").await, 303);
    assert!(browser.get("/terminals").await.row("data-terminal", "T-0001").contains("已吊销"));
    assert_eq!(browser.get("/terminals/T-0001/revoke").await.status, 400);
    assert_eq!(center.acts().await[3..], ["terminal_retired", "terminal_revoked"]);
}

#[tokio::test]
async fn a_revoked_key_stays_out() {
    let center = Center::start().await;
    let browser = center.admin().await;
    enrolled(&center, &browser, 5).await;
    assert_eq!(order(&browser, "/terminals/T-0001/revoke", "丢失").await, 303);
    let again = request(&center, &new_code(&browser, "w3").await, &Keypair::from_seed([5; 32]));
    assert_eq!(claim(&center, &again).await, Claim::Refused);
    let other =
        request(&center, &written(&browser.get("/terminals").await), &Keypair::from_seed([6; 32]));
    assert_eq!(claim(&center, &other).await, Claim::Taken);
}

#[tokio::test]
async fn the_fleet_is_counted_found_and_coloured() {
    fleet(&Center::start().await).await;
}

#[tokio::test]
async fn the_fleet_is_counted_found_and_coloured_on_postgresql() {
    fleet(&Center::start_on_postgres().await).await;
}

async fn fleet(center: &Center) {
    let browser = center.admin().await;
    for (id, window, contact, offset, backlog) in [
        ("T-0001", "w1", NOW - 12_000, 400, 0),
        ("T-0002", "w2", NOW - 3 * 3_600_000, 1100, 38),
        ("T-0003", "w3", NOW - 20_000, 7_560_000, 0),
    ] {
        let sql = "insert into terminals(terminal_id, window_id, public_key, status, enrolled_at, last_contact_at,
                       version, backlog, oldest_unsent_at, clock_offset_ms, content_version, trouble)
                   values ($1, $2, $3, 'active', 1, $4, '0.1.0', $5, null, $6, 0, '')";
        let row = vec![
            id.into(),
            window.into(),
            id.as_bytes().into(),
            contact.into(),
            i64::from(backlog).into(),
            i64::from(offset).into(),
        ];
        center.run(sql, row).await;
    }
    let page = browser.get("/terminals").await;
    assert_eq!(
        (page.figure("terminals"), page.figure("terminals-online")),
        ("3".into(), "2".into())
    );
    assert_eq!(
        (page.figure("terminals-offline"), page.figure("terminals-care")),
        ("1".into(), "2".into())
    );
    assert!(page.row("data-terminal", "T-0001").contains("12 秒前"));
    let offline = page.row("data-terminal", "T-0002");
    assert!(
        offline.contains("离线") && offline.contains("38（估）") && offline.contains("3 小时前")
    );
    assert!(page.row("data-terminal", "T-0003").contains("时钟偏差"));
    let has = async |query: &str| {
        let text = browser.get(&format!("/terminals?{query}")).await.text;
        ["T-0001", "T-0002", "T-0003"].map(|id| text.contains(&format!("data-terminal=\"{id}\"")))
    };
    assert_eq!(has("state=care").await, [false, true, true]);
    assert_eq!(has("q=t-0002").await, [false, true, false]);
    assert_eq!(has("q=%E9%A2%84%E9%98%B2").await, [false, false, true]);
    assert_eq!(has("q=1").await, [true, false, false]);
    assert_eq!(has("q=%25").await, [false; 3]);
    let overview = browser.get("/").await;
    assert_eq!(
        (overview.figure("terminals-online"), overview.figure("backlog")),
        ("2".into(), "38".into())
    );
}

#[tokio::test]
async fn importing_an_office_twice_changes_nothing() {
    let center = Center::start().await;
    let dump = async || {
        let mut all = String::new();
        for table in
            ["units", "departments", "windows", "staff", "commitments", "supervision_lines"]
        {
            let rows = center.db.read(&format!("select * from {table}"), vec![]).await.unwrap();
            assert!(!rows.is_empty(), "{table}");
            all.push_str(&format!("{rows:?}\n"));
        }
        all
    };
    let before = dump().await;
    let mut tx = center.db.begin().await.unwrap();
    let office = pingyi::settings::sample_office().unwrap();
    pingyi::center::registry::import_office(&mut tx, &office).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(dump().await, before);
}
