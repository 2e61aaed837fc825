//! What an office's folder says reaches the terminals, on both databases, and no further.

mod close;
mod shelf;

use std::path::Path;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier};
use pingyi::center::Center;
use pingyi::center::content::store;
use pingyi::domain::{Bundle, TimeLimit, TimeUnit, WindowId};
use pingyi::settings::{self, Office};
use tempfile::TempDir;

use crate::support::postgres;
use crate::support::world::Driven;

/// 2026-11-20 09:00 in China.
const NOW: i64 = 1_795_136_400_000;

struct House {
    center: Center,
    clock: Arc<Driven>,
    _folder: TempDir,
}

impl House {
    async fn open(url: Option<String>) -> House {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("center").display().to_string();
        let variable = |name: &str| match name {
            "PINGYI_DATA_DIR" => Some(data.clone()),
            "PINGYI_DATABASE_URL" => url.clone(),
            _ => None,
        };
        let clock = Driven::new();
        clock.set(NOW);
        let settings = settings::center(None, &variable).unwrap();
        let center = Center::open(settings, clock.clone()).await.unwrap();
        House { center, clock, _folder: folder }
    }

    async fn import(&self, office: &Office) -> usize {
        self.center.import_office(office, "test").await.unwrap()
    }

    async fn bundle(&self, window: &str) -> Bundle {
        let window: WindowId = window.parse().unwrap();
        let signed = store::newest(&self.center.db, &window).await.unwrap().unwrap();
        serde_json::from_slice(&signed.bundle).unwrap()
    }
}

/// The office of settings/good: every key, two units, a third language.
fn small_office() -> Office {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/settings/good/office");
    settings::office(&folder).unwrap()
}

fn verifies(secret: &str, phc: &str) -> bool {
    let known = PasswordHash::new(phc).unwrap();
    Argon2::default().verify_password(secret.as_bytes(), &known).is_ok()
}

#[tokio::test]
async fn a_folder_becomes_bundles_on_sqlite() {
    tell(House::open(None).await).await;
}

#[tokio::test]
async fn a_folder_becomes_bundles_on_postgres() {
    tell(House::open(Some(postgres::database().await)).await).await;
}

async fn tell(house: House) {
    let office = small_office();
    assert_eq!(house.import(&office).await, 3);
    let bundle = house.bundle("c1").await;
    people_are_told_with_what_they_promised(&bundle);
    the_guide_is_told_once_and_completely(&bundle);
    the_rest_is_there_too(&bundle);
    a_third_language_goes_all_the_way(&bundle);
    a_window_has_what_is_its_own(&house).await;
    nobody_reads_a_pin_or_a_card(&house, &bundle).await;
    assert_eq!(house.import(&office).await, 0, "doing it again changes nothing");
    what_is_left_out_is_no_longer_shown(&house, office).await;
}

fn people_are_told_with_what_they_promised(bundle: &Bundle) {
    let names: Vec<_> = bundle.staff.iter().map(|m| m.badge.employee_no.as_str()).collect();
    assert_eq!(names, ["N1", "N2"], "of this unit and no other");
    let lin = bundle.member("N1").unwrap();
    assert_eq!((lin.badge.name.zh.as_str(), lin.badge.stars), ("林晓慧", 4));
    assert_eq!(lin.badge.department.english(), "Nursing");
    assert_eq!(lin.duties.zh, "接种和留观");
    assert_eq!(lin.commitments[0].text.zh, "一人一针");
    let letter = lin.letter.as_ref().unwrap();
    assert_eq!((letter.title.zh.as_str(), letter.signed_on), ("岗位承诺书", 20_260_106));
    assert_eq!(lin.month, None, "nothing was rated yet");
    assert_eq!(bundle.member("N2").unwrap().letter, None);
    let letter = bundle.office_letter.as_ref().unwrap();
    assert_eq!(letter.paragraphs.len(), 2);
    assert_eq!(letter.paragraphs[1].english(), "Time limits.");
    assert_eq!((letter.signer.english(), letter.signed_on), ("Li Guodong, Head", 20_260_105));
    assert_eq!(bundle.office_commitments[0].text.zh, "首问负责");
    assert_eq!(bundle.on_duty.as_ref().unwrap().employee_no, "N1");
    assert_eq!(bundle.commitments, lin.commitments);
    assert_eq!(bundle.files.len(), 3, "one portrait for two, one slide for two, one sound");
    assert!(bundle.files.contains_key(&lin.portrait_file));
    assert_eq!(lin.portrait_file, bundle.member("N2").unwrap().portrait_file);
}

fn the_guide_is_told_once_and_completely(bundle: &Bundle) {
    let ids: Vec<_> = bundle.items.iter().map(|item| (item.id.as_str(), item.here)).collect();
    assert_eq!(ids, [("flu", true), ("dressing", true)]);
    let flu = bundle.item("flu").unwrap();
    assert_eq!((flu.initials.as_str(), flu.phone.as_str()), ("lgymjz", "0752-8812333"));
    assert_eq!(flu.department.zh, "护理部");
    assert_eq!(
        (flu.place.zh.as_str(), flu.place.english()),
        ("东楼 1 号窗口", "Window 1, east building")
    );
    assert_eq!(flu.hours.english(), "Mon–Fri");
    assert_eq!(flu.promised, Some(TimeLimit { amount: 30, unit: TimeUnit::Minutes }));
    assert_eq!(flu.legal, Some(TimeLimit { amount: 2, unit: TimeUnit::Hours }));
    let fees: Vec<_> = flu.fees.iter().map(|fee| (fee.fen, fee.basis.zh.as_str())).collect();
    assert_eq!(fees, [(9600, "挂网价"), (2800, "")]);
    assert_eq!((flu.fees[0].per.english(), flu.fee_basis.english()), ("dose", "Notice 2024-18"));
    assert_eq!((flu.materials.len(), flu.steps[0].english()), (2, "Register"));
    assert_eq!(flu.responsible.zh, "林晓慧");
    let dressing = bundle.item("dressing").unwrap();
    assert_eq!((dressing.place.zh.as_str(), dressing.hours.zh.as_str()), ("西楼", "每天"));
    assert_eq!(dressing.promised, Some(TimeLimit { amount: 0, unit: TimeUnit::Minutes }));
    assert!(dressing.fees.is_empty() && dressing.responsible.is_empty());
}

fn the_rest_is_there_too(bundle: &Bundle) {
    assert_eq!((bundle.tags.len(), bundle.complaint_tags.len()), (1, 1));
    assert_eq!(bundle.tags[0].id, "manner");
    let notice = &bundle.notices[0];
    assert_eq!((notice.from, notice.to), (Some(20_260_901), Some(20_270_331)));
    assert_eq!((bundle.slides.len(), bundle.slides[0].caption.english()), (2, "Wash your hands"));
    assert!(bundle.slides[0].file.ends_with(".jpg"));
    assert!(bundle.files.contains_key(&bundle.slides[1].file));
    assert_eq!(bundle.wall.rectifications.len(), 2);
    assert_eq!(bundle.wall.rectifications[0].done_on, Some(20_261_106));
    assert_eq!(bundle.wall.bulletins[0].issued_on, 20_261_105);
    assert_eq!((bundle.wall.month, bundle.wall.figures), (202_611, None));
    let behaviour = &bundle.behaviour;
    assert_eq!((behaviour.prompt_seconds, behaviour.prompt_least_seconds), (45, 8));
    assert_eq!((behaviour.idle_seconds, behaviour.slide_seconds), (0, 20));
    assert_eq!(behaviour.closes_at_minutes, 16 * 60 + 45);
    assert_eq!(behaviour.away_reasons[0].text.english(), "Taking samples away");
    let occasions: Vec<_> = behaviour.sounds.keys().map(String::as_str).collect();
    assert_eq!(occasions, ["prompt", "thanks"]);
    assert!(behaviour.sounds.values().all(|name| bundle.files.contains_key(name)));
    assert!(behaviour.training);
}

fn a_third_language_goes_all_the_way(bundle: &Bundle) {
    let uyghur = "ug".parse().unwrap();
    let lin = bundle.member("N1").unwrap();
    let flu = bundle.item("flu").unwrap();
    for (text, said) in [
        (&bundle.office.name, "شىپاخانا"),
        (&bundle.window.name, "ئەملەش"),
        (&bundle.window.place, "شەرقىي بىنا"),
        (&lin.badge.name, "لىن شياۋخۇي"),
        (&lin.badge.honours[1], "نەمۇنە"),
        (&lin.badge.department, "پەرۋىش"),
        (&lin.duties, "ئەملەيدۇ"),
        (&bundle.office_commitments[0].text, "مەسئۇل"),
        (&bundle.office_letter.as_ref().unwrap().paragraphs[1], "ۋاقتىدا."),
        (&bundle.supervision_lines[0].label, "شىكايەت"),
        (&flu.name, "زۇكام ۋاكسىنىسى"),
        (&flu.fees[0].name, "ۋاكسىنا"),
        (&flu.materials[0], "كىملىك"),
        (&flu.responsible, "لىن شياۋخۇي"),
        (&bundle.tags[0].text, "مۇئامىلە"),
    ] {
        assert_eq!(text.said(uyghur), said);
    }
    assert_eq!(flu.steps[0].said(uyghur), "登记", "Chinese where there is none");
}

async fn a_window_has_what_is_its_own(house: &House) {
    let second = house.bundle("c2").await;
    assert_eq!((second.on_duty.is_none(), second.behaviour.training), (true, false));
    assert_eq!(second.commitments, second.office_commitments);
    let here: Vec<_> = second.items.iter().map(|item| item.here).collect();
    assert_eq!(here, [false, true]);
    assert_eq!(second.wall.rectifications.len(), 1, "the other is of window 1");
    let others: Vec<_> = second.other_windows.iter().map(|w| w.number.as_str()).collect();
    assert_eq!(others, ["1"]);
    assert_eq!(second.other_windows[0].hours.zh, "周一至周五");
}

async fn nobody_reads_a_pin_or_a_card(house: &House, bundle: &Bundle) {
    let (lin, zhou) = (bundle.member("N1").unwrap(), bundle.member("N2").unwrap());
    assert!(verifies("271828", &lin.pin) && !verifies("271829", &lin.pin));
    assert_eq!(zhou.pin, "", "cannot sign on by PIN");
    assert!(verifies("0004271890", &lin.card) && verifies("0004271891", &zhou.card));
    let before_hash = |phc: &str| phc.rsplit_once('$').unwrap().0.to_owned();
    assert_eq!(before_hash(&lin.card), before_hash(&zhou.card), "one computation finds a card");
    let bureau = house.bundle("b1").await;
    let names: Vec<_> = bureau.staff.iter().map(|m| m.badge.employee_no.as_str()).collect();
    assert_eq!(names, ["B1"]);
    let written = serde_json::to_string(&bureau).unwrap();
    for verifier in [&lin.pin, &lin.card, &zhou.card] {
        assert!(!written.contains(verifier.as_str()), "a verifier left its unit");
    }
    let written = serde_json::to_string(bundle).unwrap();
    assert!(!written.contains("271828") && !written.contains("0004271890"));
    let rows = house.center.db.read("select pin, card from staff", Vec::new()).await.unwrap();
    for row in rows {
        for column in ["pin", "card"] {
            let stored = row.text(column).unwrap();
            assert!(stored.is_empty() || stored.starts_with("$argon2id$"), "{stored}");
        }
    }
}

async fn what_is_left_out_is_no_longer_shown(house: &House, mut office: Office) {
    office.items.remove(0);
    office.tags.clear();
    office.letters.clear();
    office.staff[0].card = None;
    assert_eq!(house.import(&office).await, 2, "the other unit has nothing new");
    let bundle = house.bundle("c1").await;
    assert!(bundle.item("flu").is_none() && bundle.item("dressing").is_some());
    assert!(bundle.tags.is_empty() && bundle.complaint_tags.is_empty());
    assert_eq!((bundle.office_letter, &*bundle.staff[0].card), (None, ""));
    let kept = "select count(*) as n from items where item_id = 'flu' and offered = 0";
    let row = house.center.db.read_one(kept, Vec::new()).await.unwrap().unwrap();
    assert_eq!(row.int("n").unwrap(), 1, "ratings refer to it");
}

#[tokio::test]
async fn only_the_newest_versions_of_a_bundle_are_kept() {
    let house = House::open(None).await;
    let mut office = small_office();
    for person in &mut office.staff {
        (person.pin, person.card) = (None, None);
    }
    for n in 1..=13 {
        office.units[0].short_name = format!("卫生院 {n}");
        house.import(&office).await;
    }
    assert_eq!(house.bundle("c1").await.version, 13);
    let sql = "select content_version as v from contents where window_id = 'c1' order by 1";
    let rows = house.center.db.read(sql, Vec::new()).await.unwrap();
    let versions: Vec<_> = rows.iter().map(|row| row.int("v").unwrap()).collect();
    assert_eq!(versions, (4..=13).collect::<Vec<_>>());
}
