//! `/o`: an opinion from a phone, once a token, sealed before its first write.

use pingyi::center::registry::rules::Order;
use pingyi::chain::field::Place;
use pingyi::chain::token::Token;
use pingyi::chain::{Hash, Kind};
use pingyi::domain::{Field, Incarnation, Level};

use super::{HOUR, Phone, center, token};
use crate::support::hand::{Hand, Life};
use crate::support::postgres;
use crate::support::world::World;

const WORDS: &str = "上午排队超过四十分钟，没有人解释原因。";
const NUMBER: &str = "13912345678";

async fn opinions(world: &World) -> i64 {
    world.number("select count(*) as n from opinions").await
}

/// What a field of the only opinion says, opened with the center's private key.
async fn opened(world: &World, hand: &Hand, seq: u64, field: Field) -> Option<String> {
    let sql = "select opinion, opinion_commitment, phone, phone_commitment from opinions";
    let row = world.center.db.read_one(sql, Vec::new()).await.unwrap().unwrap();
    let sealed = row.opt_bytes(field.as_str()).unwrap()?;
    let commitment = Hash(row.array(&format!("{}_commitment", field.as_str())).unwrap());
    let place = Place { terminal: &hand.terminal, incarnation: Incarnation([9; 16]), seq };
    let pair = world.center.field_keys.of(field).unwrap();
    Some(pair.open(&place, sealed, &commitment).unwrap())
}

/// Every byte that the center has on its disk.
fn disk(world: &World) -> Vec<u8> {
    let files = std::fs::read_dir(world.folder.path().join("center")).unwrap().flatten();
    files.flat_map(|file| std::fs::read(file.path()).unwrap()).collect()
}

fn holds(disk: &[u8], planted: &str) -> bool {
    disk.windows(planted.len()).any(|bytes| bytes == planted.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opinion_is_kept_and_only_its_key_opens_it() {
    let (world, _) = center(None).await;
    keeps_an_opinion(&world).await;
    let disk = disk(&world);
    assert!(holds(&disk, "opinion_received"), "the act is where we look");
    let encoded = pingyi::center::web::address("", &[("opinion", WORDS)]);
    for planted in [WORDS, "四十分钟", NUMBER, &encoded["?opinion=".len()..]] {
        assert!(!holds(&disk, planted), "{planted}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opinion_is_kept_on_postgresql() {
    let (world, clock) = center(Some(postgres::database().await)).await;
    keeps_an_opinion(&world).await;
    clock.advance(HOUR);
    let hand = Hand::enrol(&world, 6).await;
    let page = Phone::at(&world).get(&format!("/o/{}", token(&hand, &world, 1))).await;
    assert_eq!(page.status, 200);
    assert_eq!(world.number("select count(*) as n from opinion_sights").await, 2);
}

async fn keeps_an_opinion(world: &World) {
    let hand = Hand::enrol(world, 5).await;
    let phone = Phone::at(world);
    let address = format!("/o/{}", token(&hand, world, 2));
    let form = phone.get(&address).await;
    assert_eq!(form.status, 200);
    for said in ["3 号窗口 · 预防接种", "写下具体意见", "不知道、也不显示"] {
        assert!(form.text.contains(said), "{said}: {}", form.text);
    }
    let written = [("opinion", WORDS), ("phone", "139-1234 5678"), ("consent", "yes")];
    let thanks = phone.send(&address, &written).await;
    assert_eq!(thanks.status, 200);
    assert!(thanks.text.contains("已收到") && !thanks.text.contains("四十分钟"));
    assert_eq!(opened(world, &hand, 2, Field::Opinion).await.as_deref(), Some(WORDS));
    assert_eq!(opened(world, &hand, 2, Field::Phone).await.as_deref(), Some(NUMBER));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_center_s_journal_holds_what_was_committed_to_and_no_word() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let address = format!("/o/{}", token(&hand, &world, 2));
    Phone::at(&world).send(&address, &[("opinion", WORDS)]).await;
    let sql = "select opinion_commitment from opinions where phone is null";
    let row = world.center.db.read_one(sql, Vec::new()).await.unwrap().unwrap();
    let commitment = Hash(row.array("opinion_commitment").unwrap()).to_string();
    let sql = "select body from batches where terminal_id = 'center' order by first_leaf desc";
    let row = world.center.db.read_one(sql, Vec::new()).await.unwrap().unwrap();
    let act = String::from_utf8(row.bytes("body").unwrap().to_vec()).unwrap();
    for part in ["opinion_received", "citizen", hand.terminal.as_str(), &commitment] {
        assert!(act.contains(part), "{part}: {act}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_takes_one_opinion() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let phone = Phone::at(&world);
    let address = format!("/o/{}", token(&hand, &world, 2));
    phone.send(&address, &[("opinion", WORDS)]).await;
    for page in [phone.send(&address, &[("opinion", "另一条")]).await, phone.get(&address).await]
    {
        assert_eq!(page.status, 200);
        assert!(page.text.contains("已收到") && !page.text.contains("<form"));
    }
    // Another token of the same entry, signed later, is no second right.
    let again = format!("/o/{}", token(&hand, &world, 2));
    phone.send(&again, &[("opinion", "又一条")]).await;
    assert_eq!(opinions(&world).await, 1);
    assert_eq!(opened(&world, &hand, 2, Field::Opinion).await.as_deref(), Some(WORDS));
    assert_eq!(opened(&world, &hand, 2, Field::Phone).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_arrive_at_once_are_one_opinion() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let phone = Phone::at(&world);
    let address = format!("/o/{}", token(&hand, &world, 2));
    let form = [("opinion", WORDS)];
    let (one, two) = tokio::join!(phone.send(&address, &form), phone.send(&address, &form));
    for page in [one, two] {
        assert!(page.status == 200 && page.text.contains("已收到"), "{}", page.text);
    }
    assert_eq!(opinions(&world).await, 1);
    let acts = "select count(*) as n from batches where terminal_id = 'center'
                and cast(body as text) like '%opinion_received%'";
    assert_eq!(world.number(acts).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_worth_an_opinion_has_a_page_that_says_so() {
    let (world, _) = center(None).await;
    let [hand, stolen] = [Hand::enrol(&world, 5).await, Hand::enrol(&world, 6).await];
    let good = token(&hand, &world, 2);
    let revoked = token(&stolen, &world, 2);
    world.order(&stolen.terminal, Order::Revoke).await;
    // Signed with another terminal's key, and by a terminal that nobody knows.
    // A letter in the middle of the entry's number: the right to another opinion.
    let changed = format!("{}M{}", &good[..42], &good[43..]);
    let mut other = stolen.clone();
    other.terminal = hand.terminal.clone();
    let forged = token(&other, &world, 2);
    other.terminal = "T-9999".parse().unwrap();
    let unknown = token(&other, &world, 2);
    let phone = Phone::at(&world);
    for (token, status, zh, en) in [
        (&*changed, 403, "无法确认", "cannot be verified"),
        ("abc", 400, "地址不完整", "incomplete"),
        ("%E8%AF%84", 400, "地址不完整", "incomplete"),
        (&forged, 403, "无法确认", "cannot be verified"),
        (&unknown, 403, "无法确认", "cannot be verified"),
        (&revoked, 403, "已停止使用", "no longer in use"),
    ] {
        let address = format!("/o/{token}");
        let shown = phone.get(&address).await;
        assert_eq!(shown.status, status, "{token}");
        assert!(shown.text.contains(zh) && !shown.text.contains("<form"), "{token}");
        assert!(phone.get_in(&address, "en").await.text.contains(en), "{token}");
        let sent = phone.send(&address, &[("opinion", WORDS)]).await;
        assert_eq!(sent.status, status, "{token}");
    }
    assert_eq!(opinions(&world).await, 0);
    assert_eq!(phone.get(&format!("/o/{good}")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_for_two_days() {
    let (world, clock) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let phone = Phone::at(&world);
    // This terminal's clock is not known yet: its time runs from the first look.
    let seen = format!("/o/{}", token(&hand, &world, 2));
    let unseen = format!("/o/{}", token(&hand, &world, 3));
    clock.advance(24 * HOUR);
    assert_eq!(phone.get(&seen).await.status, 200);
    clock.advance(47 * HOUR);
    assert_eq!(phone.get(&seen).await.status, 200);
    clock.advance(2 * HOUR);
    let over = phone.get(&seen).await;
    assert_eq!(over.status, 410);
    assert!(over.text.contains("已过期"));
    assert_eq!(phone.send(&seen, &[("opinion", WORDS)]).await.status, 410);
    // A heartbeat tells that the clock is right, so the token's own time holds.
    let mut tx = world.center.db.begin().await.unwrap();
    tx.run("update terminals set clock_offset_ms = 40", Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(phone.get(&unseen).await.status, 410);
    assert_eq!(opinions(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opinion_waits_for_its_rating() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let mut life = Life::begin(&hand, 9);
    let seq = life.rate(Level::Basic);
    let address = format!("/o/{}", token(&hand, &world, seq));
    Phone::at(&world).send(&address, &[("opinion", WORDS)]).await;
    let joined = "select count(*) as n from opinions o join ratings r
                  on r.terminal_id = o.terminal_id and r.incarnation = o.incarnation and r.seq = o.seq";
    assert_eq!((opinions(&world).await, world.number(joined).await), (1, 0));
    hand.receipt(&life.all()).await;
    assert_eq!(world.number(joined).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_a_fault_comes_back_with_what_was_written() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let phone = Phone::at(&world);
    let address = format!("/o/{}", token(&hand, &world, 2));
    let long = "评".repeat(501);
    let rows: [(&[(&str, &str)], &str, &str); 5] = [
        (&[("opinion", " \n ")], "请先写下意见", "</textarea>"),
        (&[], "请先写下意见", "</textarea>"),
        (&[("opinion", &long)], "最多 500 字", &long),
        (&[("opinion", WORDS), ("phone", NUMBER)], "勾选同意", WORDS),
        (&[("opinion", "<b>"), ("phone", "电话"), ("consent", "yes")], "电话号码不对", "&lt;b&gt;"),
    ];
    for (form, fault, kept) in rows {
        let page = phone.send(&address, form).await;
        assert_eq!(page.status, 422, "{fault}");
        assert!(page.text.contains(fault) && page.text.contains(kept), "{fault}: {}", page.text);
    }
    let huge = "x".repeat(20 * 1024);
    let page = phone.send(&address, &[("opinion", &huge)]).await;
    assert!(page.status == 413 && page.text.contains("没有提交"), "{}", page.text);
    assert_eq!(opinions(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_elsewhere_is_not_taken() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let phone = Phone::at(&world);
    let address = format!("/o/{}", token(&hand, &world, 2));
    for site in ["cross-site", "same-site", "https://evil.example", "http://null:1"] {
        let page = phone.send_from(site, &address, &[("opinion", WORDS)]).await;
        assert_eq!(page.status, 403, "{site}");
    }
    assert_eq!(opinions(&world).await, 0);
    let page = phone.send_from(super::PUBLIC_URL, &address, &[("opinion", WORDS)]).await;
    assert!(page.text.contains("已收到"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_answered_the_form_is_the_same() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let mut life = Life::begin(&hand, 9);
    for level in Level::ALL {
        life.rate(level);
    }
    let (public, private) = life.draft(Kind::Correction, Some(1));
    life.push(public, &pingyi::chain::PrivateLine { corrects: Some(4), ..private });
    hand.receipt(&life.all()).await;
    let phone = Phone::at(&world);
    let mut pages = Vec::new();
    for seq in 2..=4 {
        let token = token(&hand, &world, seq);
        pages.push(phone.get(&format!("/o/{token}")).await.text.replace(&token, "TOKEN"));
    }
    assert!(pages.iter().all(|page| *page == pages[0] && page.contains("TOKEN")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_no_reason_to_send_somebody_away() {
    let (world, clock) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let incarnation = Incarnation([9; 16]);
    for (seq, issued) in [(2, 0), (3, i64::MAX), (4, i64::MIN)] {
        let terminal = hand.terminal.clone();
        let token = Token { terminal, incarnation, seq, issued }.sign(&hand.key);
        let page = Phone::at(&world).get(&format!("/o/{token}")).await;
        assert_eq!(page.status, 200, "{issued}");
        clock.advance(HOUR);
    }
}
