//! What does not fit is kept, flagged, and never stops what comes with it.

use pingyi::chain::{Kind, PrivateLine, PublicLine};
use pingyi::domain::Level::Satisfied;
use pingyi::domain::{About, Record};

use super::{FINISHED, OFF, ON, both, flagged, is_what_the_ledger_says, rows, silent};
use crate::support::hand::Life;

#[tokio::test(flavor = "multi_thread")]
async fn an_end_without_a_beginning_is_kept_and_flagged() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        life.note(OFF, |_, _| {});
        life.note(Record::Back, |_, _| {});
        life.serve("a", FINISHED);
        life.serve("b", silent(false));
        life.serve("c", Record::ItemNamed);
        life.serve("d", Record::Begun);
        life.serve("d", Record::Begun);
        life.serve("d", FINISHED);
        life.serve("d", FINISHED);
        life.note(ON, |_, _| {});
        life.note(Record::Back, |_, _| {});
        life.note(ON, |_, private| private.staff = "0402".into());
        life.note(OFF, |_, _| {});
        life.rate(Satisfied);
        hand.receipt(&life.all()).await;
        world.counts([1, 0, 0]).await;
        let all = [
            "absence_of_nobody 2",
            "begun_twice 1",
            "finish_without_begin 1",
            "finished_twice 1",
            "item_without_service 1",
            "shift_not_ended 1",
            "sign_off_without_sign_on 2",
            "silence_without_finish 1",
        ];
        assert_eq!(flagged(&world).await, all);
        let sql = "select employee_no, why from shifts order by leaf";
        assert_eq!(
            rows(&world, sql).await,
            ["0317 signed_off", "0317 not_ended", "0402 ", "0317 signed_off"]
        );
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_addition_to_nothing_is_kept_and_flagged() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        life.note(Record::Reasons { to: 1, tags: vec!["queue".into()] }, |_, _| {});
        life.note(Record::Reasons { to: 99, tags: vec!["queue".into()] }, |_, _| {});
        life.note(Record::Contact { to: 2 }, |_, _| {});
        life.rate(Satisfied);
        hand.receipt(&life.all()).await;
        world.counts([1, 0, 0]).await;
        assert_eq!(flagged(&world).await, ["addition_to_nothing 3"]);
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_counted_stops_nothing() {
    type Change = fn(&mut PublicLine, &mut PrivateLine);
    let complaint =
        |tags: Vec<String>| Record::Complaint { about: About::Window, tags, anonymous: true };
    let cases: [(&str, Record, Change); 8] = [
        ("kind_and_content", ON, |public, _| public.kind = Kind::Service),
        ("kind_and_content", ON, |_, private| private.record = None),
        ("unknown_record", ON, |_, private| private.record = Some(Record::Unknown)),
        ("nobody", ON, |_, private| private.staff = String::new()),
        ("no_service", Record::Begun, |_, _| {}),
        ("odd_text", FINISHED, |_, private| private.service = "\u{0}".repeat(9000)),
        ("odd_text", complaint(vec!["\u{0}".into()]), |_, _| {}),
        ("odd_text", complaint(vec!["x".into(); 10]), |_, _| {}),
    ];
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        for (_, record, change) in cases.clone() {
            life.note(record, change);
        }
        life.note(complaint(Vec::new()), |public, _| public.receipt = None);
        life.rate(Satisfied);
        hand.receipt(&life.all()).await;
        world.counts([1, 0, 0]).await;
        for rule in ["kind_and_content", "unknown_record", "nobody", "no_service", "odd_text"] {
            let wanted = cases.iter().filter(|(name, _, _)| *name == rule).count();
            assert_eq!(world.flags(rule).await, i64::try_from(wanted).unwrap(), "{rule}");
        }
        assert_eq!(world.flags("complaint_without_number").await, 1);
        is_what_the_ledger_says(&world).await;
    }
}
