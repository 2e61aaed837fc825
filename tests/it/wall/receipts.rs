//! `/r`: was mine counted? The answer is the same for every level.

use pingyi::chain::{Kind, PrivateLine, PublicLine};
use pingyi::domain::{Day, Level, ReceiptCode};

use super::{Page, Phone, center};
use crate::support::hand::{Hand, Life};
use crate::support::postgres;
use crate::support::world::World;

fn code(n: u8) -> ReceiptCode {
    ReceiptCode::from_random([0x39, 0xc7, 0x4b, 0x8b, n]).unwrap()
}

/// Rates with a receipt of its own.
fn rate(life: &mut Life, level: Level, receipt: &ReceiptCode) -> u64 {
    let (public, private) = life.draft(Kind::Rating, Some(level.code()));
    life.push(PublicLine { receipt: Some(receipt.clone()), ..public }, &private)
}

fn correct(life: &mut Life, corrects: u64, level: Level, receipt: &ReceiptCode) {
    let (public, private) = life.draft(Kind::Correction, Some(level.code()));
    let private = PrivateLine { corrects: Some(corrects), ..private };
    life.push(PublicLine { receipt: Some(receipt.clone()), ..public }, &private);
}

fn without(page: &Page, code: &ReceiptCode) -> String {
    page.text.replace(&code.to_string(), "CODE").replace(&code.compact(), "CODE")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_says_counted_and_never_what() {
    says_counted(center(None).await.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_says_counted_on_postgresql() {
    says_counted(center(Some(postgres::database().await)).await.0).await;
}

async fn says_counted(world: World) {
    let hand = Hand::enrol(&world, 5).await;
    let mut life = Life::begin(&hand, 9);
    for (n, level) in (1..).zip(Level::ALL) {
        rate(&mut life, level, &code(n));
    }
    let regretted = rate(&mut life, Level::Dissatisfied, &code(4));
    correct(&mut life, regretted, Level::Satisfied, &code(4));
    hand.receipt(&life.all()).await;
    let phone = Phone::at(&world);
    let first = phone.get(&format!("/r/{}", code(1).compact())).await;
    assert_eq!(first.status, 200);
    let day = Day::of(world.center.clock.now().wall).unwrap().date();
    let day = day.format("%Y 年 %-m 月 %-d 日").to_string();
    for said in ["已计入", &day, "3 号窗口 · 预防接种", "不显示您选了哪一项"] {
        assert!(first.text.contains(said), "{said}: {}", first.text);
    }
    for word in ["满意", "level"] {
        assert!(!first.text.contains(word), "{word}");
    }
    for language in ["zh", "en"] {
        let first = phone.get_in(&format!("/r/{}", code(1).compact()), language).await;
        for n in 2..=4 {
            let page = phone.get_in(&format!("/r/{}", code(n).compact()), language).await;
            assert_eq!(without(&page, &code(n)), without(&first, &code(1)), "{n} {language}");
            assert_eq!(page.header("content-length"), first.header("content-length"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_is_on_its_way_is_not_lost() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let mut life = Life::begin(&hand, 9);
    rate(&mut life, Level::Basic, &code(1));
    let phone = Phone::at(&world);
    let address = format!("/r/{}", code(1).compact());
    let early = phone.get(&address).await;
    assert_eq!(early.status, 200);
    assert!(early.text.contains("尚未到达") && !early.text.contains("已计入"));
    assert!(phone.get_in(&address, "en").await.text.contains("Not yet arrived"));
    hand.receipt(&life.all()).await;
    assert!(phone.get(&address).await.text.contains("已计入"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_read_however_it_is_typed() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let code: ReceiptCode = "0A1K-M0XD".parse().unwrap();
    let mut life = Life::begin(&hand, 9);
    rate(&mut life, Level::Basic, &code);
    hand.receipt(&life.all()).await;
    let phone = Phone::at(&world);
    for typed in ["0A1KM0XD", "0a1k-m0xd", "oALk-MoXd", "0a1k%20m0xd"] {
        let page = phone.get(&format!("/r/{typed}")).await;
        assert!(page.status == 200 && page.text.contains("已计入"), "{typed}: {}", page.status);
        let page = phone.get(&format!("/r?code={typed}")).await;
        assert!(page.status == 200 && page.text.contains("已计入"), "{typed}: {}", page.status);
    }
    for typed in ["0A1KM0X", "7K3M-Q2X%2A", "%E8%AF%84", "0A1KM0XDD"] {
        for address in [format!("/r/{typed}"), format!("/r?code={typed}")] {
            let page = phone.get(&address).await;
            assert_eq!(page.status, 400, "{address}");
            assert!(page.text.contains("号码不对") && page.text.contains("<form"), "{address}");
        }
    }
    let asked = phone.get("/r").await;
    assert!(asked.status == 200 && asked.text.contains("查询 评价回执"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_and_not_counted_is_told_as_that() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let mut life = Life::begin(&hand, 9);
    let service = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    for (n, again, training) in [(1, false, false), (2, true, false), (3, false, true)] {
        let (public, private) = life.draft(Kind::Rating, Some(1));
        let service = if training { String::new() } else { service.clone() };
        let private = PrivateLine { service, again, training, ..private };
        life.push(PublicLine { receipt: Some(code(n)), ..public }, &private);
    }
    hand.receipt(&life.all()).await;
    let phone = Phone::at(&world);
    for (n, said, other) in [
        (1, "已计入", "已收到，不计入统计"),
        (2, "已收到，不计入统计", "已计入"),
        (3, "已收到，不计入统计", "已计入"),
    ] {
        let page = phone.get(&format!("/r/{}", code(n).compact())).await;
        assert!(page.text.contains(said) && !page.text.contains(other), "{n}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_tries_codes_is_told_to_wait() {
    let (world, _) = center(None).await;
    let phone = Phone::at(&world);
    let mut tried = 0;
    let refused = loop {
        let page = phone.get("/r/7K3MQ2XD").await;
        if page.status != 200 {
            break page;
        }
        tried += 1;
        assert!(tried < 1000, "never refused");
    };
    assert!(tried >= 60, "a hall full of people is not refused: {tried}");
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    assert!(refused.text.contains("请求太频繁"));
}
