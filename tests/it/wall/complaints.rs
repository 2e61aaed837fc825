//! `/c`: where is my complaint?

use pingyi::chain::{Kind, PrivateLine, PublicLine};
use pingyi::domain::{About, Day, ReceiptCode, Record};

use super::{Phone, center};
use crate::support::hand::{Hand, Life};
use crate::support::postgres;
use crate::support::world::World;

/// A life with one complaint in it, which was given this number.
pub fn complains(hand: &Hand, number: &ReceiptCode, training: bool) -> Life {
    let mut life = Life::begin(hand, 8);
    let (public, private) = life.draft(Kind::Complaint, None);
    let tags = vec!["attitude".to_owned()];
    let record = Some(Record::Complaint { about: About::Window, tags, anonymous: true });
    let public = PublicLine { receipt: Some(number.clone()), ..public };
    life.push(public, &PrivateLine { record, training, ..private });
    life
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_s_number_tells_that_it_has_arrived() {
    tells(center(None).await.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_s_number_tells_that_it_has_arrived_on_postgresql() {
    tells(center(Some(postgres::database().await)).await.0).await;
}

async fn tells(world: World) {
    let hand = Hand::enrol(&world, 5).await;
    let number: ReceiptCode = "0A1K-M0XD".parse().unwrap();
    let life = complains(&hand, &number, false);
    let phone = Phone::at(&world);
    let early = phone.get("/c/0A1KM0XD").await;
    assert!(early.status == 200 && early.text.contains("尚未到达"), "{}", early.text);
    assert!(early.text.contains("href=\"/r/0A1KM0XD\""), "perhaps it is a receipt's");
    hand.receipt(&life.all()).await;
    let day = Day::of(world.center.clock.now().wall).unwrap().date();
    let day = day.format("%Y 年 %-m 月 %-d 日").to_string();
    for typed in ["/c/0A1KM0XD", "/c/oalk-moxd", "/c?code=0a1k%20m0xd"] {
        let page = phone.get(typed).await;
        assert_eq!(page.status, 200, "{typed}");
        for said in ["已收到", &day, "3 号窗口 · 预防接种", "0A1K-M0XD"] {
            assert!(page.text.contains(said), "{typed}: {said}: {}", page.text);
        }
        assert!(!page.text.contains("attitude"), "{typed}");
    }
    assert!(phone.get_in("/c/0A1KM0XD", "en").await.text.contains("Received"));
    let other = phone.get("/r/0A1KM0XD").await;
    assert!(other.text.contains("尚未到达") && other.text.contains("href=\"/c/0A1KM0XD\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_for_practice_is_told_as_that() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let number: ReceiptCode = "0A1K-M0XD".parse().unwrap();
    hand.receipt(&complains(&hand, &number, true).all()).await;
    let page = Phone::at(&world).get("/c/0A1KM0XD").await;
    assert!(page.text.contains("练习") && !page.text.contains("登记在册"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_number_is_asked_for_again() {
    let (world, _) = center(None).await;
    let phone = Phone::at(&world);
    let page = phone.get("/c/12345").await;
    assert!(page.status == 400 && page.text.contains("号码不对"), "{}", page.text);
    assert!(page.text.contains("action=\"/c\""));
    assert!(phone.get("/c").await.text.contains("查询 投诉与建议"));
}
