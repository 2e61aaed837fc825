//! What a person does on the screen, as events.

use pingyi_ui as ui;
use slint::ComponentHandle;

use super::{Input, Screen};
use crate::domain::{About, Level};
use crate::terminal::button_test::Place;
use crate::terminal::flow::{DeskAct, Event, GuideAct, Key, Page, UpkeepAct};

impl Screen {
    /// Connects every callback of the markup with `tell`.
    pub(super) fn connect(&self, input: impl Fn(Input) + Clone + 'static) {
        let say = input.clone();
        let tell = move |event| say(Input::Event(event));
        self.connect_visit(&tell);
        self.connect_pages(&tell);
        self.connect_desk(&tell);
        self.connect_upkeep(&tell);
        let say = input.clone();
        self.kiosk().on_key_pressed(move |text| say(Input::Key(text.into())));
        self.kiosk().on_level_placed(move |row, at| {
            let at = Place { x: at.x, y: at.y, width: at.width, height: at.height };
            input(Input::Placed(place(row), at));
        });
        let (portrait, app) = (self.portrait.clone(), self.app.as_weak());
        self.kiosk().on_portrait_measured(move |frame| {
            let image = portrait.borrow_mut().measured(frame);
            if let (Some(image), Some(app)) = (image, app.upgrade()) {
                app.global::<ui::Kiosk>().set_portrait(image);
            }
        });
    }

    fn connect_visit(&self, tell: &(impl Fn(Event) + Clone + 'static)) {
        let kiosk = self.kiosk();
        let on = |event: fn() -> Event| {
            let tell = tell.clone();
            move || tell(event())
        };
        kiosk.on_touched(on(|| Event::Touched));
        kiosk.on_change_asked(on(|| Event::ChangeAsked));
        kiosk.on_done(on(|| Event::Done));
        kiosk.on_back(on(|| Event::Back));
        kiosk.on_language_toggled(on(|| Event::LanguageToggled));
        kiosk.on_text_size_toggled(on(|| Event::TextSizeToggled));
        kiosk.on_contrast_toggled(on(|| Event::ContrastToggled));
        kiosk.on_phone_asked(on(|| Event::PhoneAsked));
        kiosk.on_opinion_asked(on(|| Event::OpinionAsked));
        kiosk.on_consent_toggled(on(|| Event::ConsentToggled));
        kiosk.on_complaint_continued(on(|| Event::ComplaintContinued));
        kiosk.on_erased(on(|| Event::Pad(Key::Erase)));
        kiosk.on_cleared(on(|| Event::Pad(Key::Clear)));
        kiosk.on_confirmed(on(|| Event::Pad(Key::Enter)));
        let say = tell.clone();
        kiosk.on_typed(move |text| {
            if let Some(letter) = text.chars().next() {
                say(Event::Pad(Key::Character(letter)));
            }
        });
        let say = tell.clone();
        kiosk.on_tag_toggled(move |row| say(Event::TagToggled(place(row))));
        let say = tell.clone();
        kiosk.on_about_chosen(move |about| say(Event::About(about_of(about))));
        let say = tell.clone();
        kiosk.on_rated(move |level| say(Event::Rated(level_of(level))));
    }

    fn connect_pages(&self, tell: &(impl Fn(Event) + Clone + 'static)) {
        let kiosk = self.kiosk();
        let open = |page: Page| {
            let tell = tell.clone();
            move || tell(Event::Opened(page))
        };
        kiosk.on_guide_asked(open(Page::Guide));
        kiosk.on_complaint_asked(open(Page::Complaint));
        kiosk.on_wall_asked(open(Page::Wall));
        kiosk.on_letter_asked(open(Page::Letter));
        let (say, rows) = (tell.clone(), self.rows.clone());
        kiosk.on_item_chosen(move |row| {
            let id = rows.borrow().items.get(place(row)).cloned();
            if let Some(id) = id {
                say(Event::Guide(GuideAct::Choose(id)));
            }
        });
        let (say, rows) = (tell.clone(), self.rows.clone());
        kiosk.on_letter_chosen(move |row| {
            let letter = rows.borrow().letters.get(place(row)).copied();
            say(Event::Guide(GuideAct::Letter(letter)));
        });
        let say = tell.clone();
        kiosk.on_department_chosen(move |row| {
            say(Event::Guide(GuideAct::Department(usize::try_from(row).ok())));
        });
        let say = tell.clone();
        kiosk.on_filter_cleared(move || {
            say(Event::Guide(GuideAct::Department(None)));
            say(Event::Guide(GuideAct::Letter(None)));
        });
        let say = tell.clone();
        kiosk.on_take_away_asked(move || say(Event::Guide(GuideAct::TakeAway)));
    }

    fn connect_desk(&self, tell: &(impl Fn(Event) + Clone + 'static)) {
        let desk = self.app.global::<ui::Desk>();
        let say = tell.clone();
        desk.on_asked(move || say(Event::StaffAsked));
        let say = tell.clone();
        desk.on_act(move |act| say(Event::Desk(desk_act(act))));
        let (say, rows) = (tell.clone(), self.desk_rows.clone());
        desk.on_item_chosen(move |row| {
            let id = rows.borrow().get(place(row)).cloned();
            if let Some(id) = id {
                say(Event::Desk(DeskAct::Item(id)));
            }
        });
        let say = tell.clone();
        desk.on_reason_chosen(move |row| say(Event::Desk(DeskAct::AwayReason(place(row)))));
        let say = tell.clone();
        desk.on_minutes_chosen(move |row| say(Event::Desk(DeskAct::AwayMinutes(place(row)))));
        let say = tell.clone();
        desk.on_absence_confirmed(move || say(Event::Desk(DeskAct::AwayConfirmed)));
    }

    fn connect_upkeep(&self, tell: &(impl Fn(Event) + Clone + 'static)) {
        let upkeep = self.app.global::<ui::Upkeep>();
        let say = tell.clone();
        upkeep.on_gesture(move || say(Event::ClockTapped));
        let say = tell.clone();
        upkeep.on_act(move |act| {
            say(match act {
                ui::UpkeepAct::ButtonTest => Event::Upkeep(UpkeepAct::SelfTest),
                ui::UpkeepAct::TouchTest => Event::Upkeep(UpkeepAct::TouchTest),
                ui::UpkeepAct::ScreenTest | ui::UpkeepAct::NextColour => {
                    Event::Upkeep(UpkeepAct::Colours)
                }
                ui::UpkeepAct::Clean => Event::Upkeep(UpkeepAct::Clean),
                ui::UpkeepAct::Language => Event::LanguageToggled,
                ui::UpkeepAct::Restart => Event::Upkeep(UpkeepAct::Restart),
                ui::UpkeepAct::Enrol => Event::Upkeep(UpkeepAct::Enrol),
                ui::UpkeepAct::Leave => Event::Upkeep(UpkeepAct::Leave),
            });
        });
        let say = tell.clone();
        upkeep.on_cell_touched(move |cell| say(Event::Upkeep(UpkeepAct::Cell(place(cell)))));
    }
}

/// A row of a list; one that no list has for a number below zero.
fn place(row: i32) -> usize {
    usize::try_from(row).unwrap_or(usize::MAX)
}

fn level_of(level: ui::Level) -> Level {
    match level {
        ui::Level::Satisfied => Level::Satisfied,
        ui::Level::Basic => Level::Basic,
        ui::Level::Dissatisfied => Level::Dissatisfied,
    }
}

fn about_of(about: ui::About) -> About {
    match about {
        ui::About::Window => About::Window,
        ui::About::Office => About::Office,
        ui::About::Other => About::Other,
    }
}

fn desk_act(act: ui::DeskAct) -> DeskAct {
    match act {
        ui::DeskAct::Begin => DeskAct::Begin,
        ui::DeskAct::Finish => DeskAct::Finish,
        ui::DeskAct::NameItem => DeskAct::NameItem,
        ui::DeskAct::GoAway => DeskAct::AwayAsked,
        ui::DeskAct::ComeBack => DeskAct::BackToWork,
        ui::DeskAct::HandOver => DeskAct::HandOver,
        ui::DeskAct::SignOff => DeskAct::SignOff,
        ui::DeskAct::EndOfDay => DeskAct::EndOfDay,
        ui::DeskAct::Clean => DeskAct::Clean,
    }
}
