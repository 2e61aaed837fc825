//! What is looked at: every screen, and the states of a screen that put something else on the glass.

use pingyi_ui::{
    App, Choice, CodeEntry, CodeTrouble, Complaint, ComplaintStep, Desk, Duty, Enrolment, Figures,
    Kiosk, Month, PinEntry, PinTrouble, Receipt, Screen, SlideKind, TestState, Upkeep,
};
use slint::{ComponentHandle, ModelRc};

/// A screen as it comes up, or in one of its other states.
#[derive(Clone, Copy)]
pub struct Show {
    pub name: &'static str,
    pub screen: Screen,
    /// What differs from the office that was filled in.
    pub change: fn(&App),
}

const fn plain(screen: Screen, name: &'static str) -> Show {
    Show { name, screen, change: |_| {} }
}

const fn other(screen: Screen, name: &'static str, change: fn(&App)) -> Show {
    Show { name, screen, change }
}

/// Each has golden pictures.
pub const SCREENS: [Show; 28] = [
    plain(Screen::Home, "home"),
    plain(Screen::Prompt, "prompt"),
    plain(Screen::Thanks, "thanks"),
    plain(Screen::Change, "change"),
    plain(Screen::Phone, "phone"),
    plain(Screen::Opinion, "opinion"),
    plain(Screen::Guide, "guide"),
    plain(Screen::Letter, "letter"),
    plain(Screen::Complaint, "complaint"),
    plain(Screen::Wall, "wall"),
    plain(Screen::OffDuty, "off-duty"),
    plain(Screen::Away, "away"),
    plain(Screen::Idle, "idle"),
    plain(Screen::Cleaning, "cleaning"),
    plain(Screen::SignOn, "sign-on"),
    plain(Screen::Desk, "desk"),
    plain(Screen::DeskItems, "desk-items"),
    plain(Screen::DeskAbsence, "desk-absence"),
    plain(Screen::UpkeepPin, "upkeep-pin"),
    plain(Screen::Upkeep, "upkeep"),
    plain(Screen::Enrol, "enrol"),
    plain(Screen::ButtonTest, "button-test"),
    plain(Screen::TouchTest, "touch-test"),
    plain(Screen::ScreenTest, "screen-test"),
    plain(Screen::NotEnrolled, "not-enrolled"),
    plain(Screen::NoContent, "no-content"),
    plain(Screen::Paused, "paused"),
    plain(Screen::Retired, "retired"),
];

/// Each is measured like the others.
pub const STATES: [Show; 22] = [
    other(Screen::Home, "home-training", |app| kiosk(app).set_training(true)),
    other(Screen::Home, "home-bare", |app| {
        let kiosk = kiosk(app);
        kiosk.set_commitments(ModelRc::default());
        kiosk.set_supervision_lines(ModelRc::default());
        kiosk.set_month(Month::default());
        kiosk.set_on_duty("".into());
        kiosk.set_has_guide(false);
        kiosk.set_has_letter(false);
    }),
    other(Screen::Home, "home-offline", |app| kiosk(app).set_online(false)),
    other(Screen::Prompt, "prompt-ending", |app| {
        kiosk(app).set_prompt_share(0.0);
        kiosk(app).set_served_item("".into());
    }),
    other(Screen::Thanks, "thanks-bare", |app| {
        let kiosk = kiosk(app);
        kiosk.set_tags(ModelRc::default());
        kiosk.set_takes_opinions(false);
        kiosk.set_takes_phones(false);
        kiosk.set_change_seconds(0);
        kiosk.set_receipt(Receipt { has_qr: false, ..kiosk.get_receipt() });
    }),
    other(Screen::Thanks, "thanks-phone-left", |app| {
        kiosk(app).set_phone_left(true);
        kiosk(app).set_takes_opinions(false);
    }),
    other(Screen::Guide, "guide-list", |app| kiosk(app).set_item_open(false)),
    other(Screen::Guide, "guide-none", |app| {
        kiosk(app).set_item_open(false);
        kiosk(app).set_items(ModelRc::default());
    }),
    other(Screen::Guide, "guide-take-away", |app| kiosk(app).set_take_away_open(true)),
    other(Screen::Complaint, "complaint-about", |app| step(app, ComplaintStep::About, false)),
    other(Screen::Complaint, "complaint-contact", |app| step(app, ComplaintStep::Contact, false)),
    other(Screen::Complaint, "complaint-left", |app| step(app, ComplaintStep::Contact, true)),
    other(Screen::Complaint, "complaint-number", |app| step(app, ComplaintStep::Number, false)),
    other(Screen::Wall, "wall-empty", |app| {
        kiosk(app).set_figures(Figures::default());
        kiosk(app).set_rectifications(ModelRc::default());
        kiosk(app).set_wall_month(0);
    }),
    other(Screen::Idle, "idle-rectified", |app| {
        let kiosk = kiosk(app);
        let mut slide = kiosk.get_slide();
        slide.kind = SlideKind::Rectified;
        kiosk.set_slide(slide);
    }),
    other(Screen::SignOn, "sign-on-wrong", |app| {
        let entry =
            PinEntry { asks_pin: true, employee_no: "0317".into(), dots: 6, ..PinEntry::default() };
        app.global::<Desk>().set_entry(PinEntry { trouble: PinTrouble::Wrong, ..entry });
    }),
    other(Screen::Desk, "desk-waiting", |app| {
        let desk = app.global::<Desk>();
        desk.set_duty(Duty { serving: false, away: true, ..desk.get_duty() });
    }),
    other(Screen::Desk, "desk-free", |app| {
        let desk = app.global::<Desk>();
        desk.set_duty(Duty { serving: false, ..desk.get_duty() });
    }),
    other(Screen::NotEnrolled, "not-enrolled-new", |app| {
        let kiosk = kiosk(app);
        kiosk.set_enrolment(Enrolment { waiting: false, ..kiosk.get_enrolment() });
    }),
    other(Screen::Enrol, "enrol-refused", |app| {
        let upkeep = app.global::<Upkeep>();
        let code = CodeEntry { trouble: CodeTrouble::Refused, ready: true, ..upkeep.get_code() };
        upkeep.set_code(code);
    }),
    other(Screen::ButtonTest, "button-test-running", |app| {
        app.global::<Upkeep>().set_buttons_state(TestState::Running);
    }),
    other(Screen::OffDuty, "off-duty-alone", |app| {
        kiosk(app).set_other_windows(ModelRc::default());
        kiosk(app).set_supervision_lines(ModelRc::default());
        kiosk(app).set_commitments(ModelRc::default());
        kiosk(app).set_on_duty("".into());
    }),
];

fn kiosk(app: &App) -> Kiosk<'_> {
    app.global::<Kiosk>()
}

fn step(app: &App, step: ComplaintStep, contact: bool) {
    let kiosk = kiosk(app);
    kiosk.set_complaint(Complaint { step, contact, ..kiosk.get_complaint() });
}

/// A list of choices with none chosen.
pub fn choices(texts: impl Iterator<Item = String>) -> ModelRc<Choice> {
    let rows: Vec<_> = texts.map(|text| Choice { text: text.into(), chosen: false }).collect();
    ModelRc::from(rows.as_slice())
}
