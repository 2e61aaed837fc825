//! The ONLY file that sees generated Slint types: draws the state, makes events of callbacks.
//!
//! Every property is written only with what differs, so an idle screen draws no frame but the
//! clock's. Words that belong to the screen are translated in the markup; words that belong to
//! the office come from the content, in the language chosen.

mod callbacks;
mod desk;
mod guide;
mod models;
mod office;
mod pages;
mod portrait;
mod qr;
mod upkeep;
mod visit;
mod words;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use pingyi_ui as ui;
use slint::platform::WindowEvent;
use slint::{ComponentHandle, Image, PlatformError, Window};

use self::models::{Models, model};
use self::office::Drawn;
use self::portrait::Portrait;
use super::button_test::Place;
use super::content::Content;
use super::flow::{Desk, Enrolment, Event, Guide, Look, Screen as Shown, State, TappedOn, Upkeep};
use super::uplink::Trouble;
use crate::domain::{Language, ReceiptCode, hour_of};
use crate::settings;
use crate::settings::terminal::TextSize;

/// How the screen is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Display {
    /// Covers the display and refuses to be closed.
    pub fullscreen: bool,
    /// Nothing moves.
    pub reduced_motion: bool,
}

impl From<&settings::terminal::Screen> for Display {
    fn from(screen: &settings::terminal::Screen) -> Display {
        Display { fullscreen: screen.fullscreen, reduced_motion: screen.reduced_motion }
    }
}

/// What comes from the window.
#[derive(Clone, Debug)]
pub enum Input {
    /// A person did something.
    Event(Event),
    /// A key was pressed, as the text of its event.
    Key(String),
    /// The level button of this row has its place.
    Placed(usize, Place),
}

/// What stands behind the rows of the guide.
#[derive(Default)]
struct Rows {
    items: Vec<String>,
    letters: Vec<char>,
}

/// The window, and what was last written to it.
pub struct Screen {
    app: ui::App,
    models: Models,
    rows: Rc<RefCell<Rows>>,
    desk_rows: Rc<RefCell<Vec<String>>>,
    content: Option<Arc<Content>>,
    portrait: Rc<RefCell<Portrait>>,
    look: Option<Look>,
    drawn: Option<Drawn>,
    guide: Option<(Guide, Option<Drawn>)>,
    slide: Option<(usize, Language)>,
    enrolment: Option<Enrolment>,
    receipt: Option<ReceiptCode>,
    opinion: Option<String>,
}

impl Screen {
    /// Makes the window, not yet shown; `tell` takes what a person does.
    ///
    /// # Errors
    /// When there is no surface to draw on.
    pub fn new(
        display: Display,
        tell: impl Fn(Input) + Clone + 'static,
    ) -> Result<Screen, PlatformError> {
        let app = ui::App::new()?;
        let screen = Screen {
            models: Models::default(),
            rows: Rc::default(),
            desk_rows: Rc::default(),
            content: None,
            portrait: Rc::default(),
            look: None,
            drawn: None,
            guide: None,
            slide: None,
            enrolment: None,
            receipt: None,
            opinion: None,
            app,
        };
        screen.connect(tell);
        screen.clear(display);
        screen.app.window().set_fullscreen(display.fullscreen);
        Ok(screen)
    }

    /// Puts the window on its surface.
    ///
    /// # Errors
    /// When the surface refuses.
    pub fn show(&self) -> Result<(), PlatformError> {
        self.app.show()
    }

    /// The window itself.
    #[must_use]
    pub fn window(&self) -> &Window {
        self.app.window()
    }

    /// Presses and lifts a finger in the middle of a place, as the window's own events.
    pub fn press(&self, place: Place) {
        let position =
            slint::LogicalPosition::new(place.x + place.width / 2.0, place.y + place.height / 2.0);
        let button = slint::platform::PointerEventButton::Left;
        for event in [
            WindowEvent::PointerMoved { position },
            WindowEvent::PointerPressed { position, button },
            WindowEvent::PointerReleased { position, button },
        ] {
            self.dispatch(event);
        }
    }

    /// Takes the finger of [`Screen::press`] away.
    pub fn release(&self) {
        self.dispatch(WindowEvent::PointerExited);
    }

    fn dispatch(&self, event: WindowEvent) {
        if let Err(error) = self.app.window().dispatch_event_with_result(event) {
            tracing::error!(%error, "the window does not take an event");
        }
    }

    /// The component, for tests that look for its elements.
    #[must_use]
    pub fn component(&self) -> &ui::App {
        &self.app
    }

    fn kiosk(&self) -> ui::Kiosk<'_> {
        self.app.global::<ui::Kiosk>()
    }

    /// Takes the preview data away, and hands over the lists once: they are changed in place.
    fn clear(&self, display: Display) {
        self.models.bind(&self.app);
        let kiosk = self.kiosk();
        kiosk.set_screen(ui::Screen::Blank);
        kiosk.set_office(ui::Office::default());
        kiosk.set_badge(ui::Badge { honours: model(&self.models.honours), ..Default::default() });
        kiosk.set_portrait(Image::default());
        kiosk.set_month(ui::Month::default());
        kiosk.set_on_duty(slint::SharedString::new());
        kiosk.set_receipt(ui::Receipt::default());
        kiosk.set_enrolment(ui::Enrolment::default());
        kiosk.set_change_seconds(0);
        kiosk.set_saving(false);
        kiosk.set_training(false);
        kiosk.set_has_guide(false);
        kiosk.set_has_letter(false);
        kiosk.set_has_take_away(false);
        kiosk.set_item_open(false);
        kiosk.set_take_away_open(false);
        kiosk.set_takes_opinions(false);
        kiosk.set_takes_phones(false);
        kiosk.set_phone_left(false);
        kiosk.set_served_item(slint::SharedString::new());
        kiosk.set_figures(ui::Figures::default());
        kiosk.set_reduced_motion(display.reduced_motion);
        self.set_link(false, Trouble::None);
    }

    /// How the way to the center is.
    pub fn set_link(&self, online: bool, trouble: Trouble) {
        let kiosk = self.kiosk();
        kiosk.set_online(online);
        kiosk.set_trouble(match trouble {
            Trouble::None => ui::Trouble::None,
            Trouble::NoCenter => ui::Trouble::NoCenter,
            Trouble::Refused => ui::Trouble::Refused,
        });
    }

    /// The clock face, from milliseconds UTC.
    pub fn set_clock(&self, wall: i64) {
        let minute = wall.div_euclid(60_000).rem_euclid(60);
        self.kiosk().set_clock(format!("{:02}:{minute:02}", hour_of(wall)).into());
    }

    /// Shows other content from the next drawing on.
    pub fn set_content(&mut self, content: Arc<Content>) {
        self.content = Some(content);
        self.drawn = None;
        self.slide = None;
    }

    /// Shows the state.
    pub fn draw(&mut self, state: &State) {
        self.draw_look(state);
        self.draw_office(state);
        let language = state.look().language;
        self.draw_visit(state, language);
        self.draw_on_duty(state, language);
        match state.screen() {
            Shown::Guide(guide) => self.draw_guide(guide, language),
            Shown::Idle(slides) => self.draw_slide(slides.slide, language),
            Shown::Away => self.draw_away(state, language),
            Shown::Cleaning(cleaning) => {
                let seconds = i32::try_from(cleaning.seconds).unwrap_or(0);
                self.kiosk().set_cleaning_seconds(seconds);
            }
            Shown::Desk(_) => self.draw_desk(state, language),
            Shown::Upkeep(_) => self.draw_upkeep(state),
            _ => {}
        }
        self.draw_enrolment(state.screen());
        self.kiosk().set_screen(screen_of(state.screen()));
    }

    /// Who is on duty, for the control in the bar.
    fn draw_on_duty(&self, state: &State, language: Language) {
        let content = self.content.as_ref();
        let on_duty = state.shift().map(|shift| {
            let member = content.and_then(|content| content.bundle.member(&shift.staff));
            member.map_or(shift.staff.as_str(), |member| member.badge.name.said(language))
        });
        self.kiosk().set_on_duty(on_duty.unwrap_or_default().into());
    }

    fn draw_look(&mut self, state: &State) {
        let look = state.look();
        if self.look == Some(look) {
            return;
        }
        let language_changed = self.look.is_none_or(|before| before.language != look.language);
        self.look = Some(look);
        let kiosk = self.kiosk();
        kiosk.set_large_text(look.text == TextSize::Large);
        kiosk.set_high_contrast(look.contrast);
        if !language_changed {
            return;
        }
        // The language of the markup itself has no translation to select.
        let code = look.language.as_str();
        let bundled = if look.language == Language::CHINESE { "" } else { code };
        kiosk.set_wide_words(look.language != Language::CHINESE);
        if let Err(error) = slint::select_bundled_translation(bundled) {
            tracing::error!(%error, bundled, "the screen's words are not translated");
        }
        let next = state.next_language();
        let named = next.and_then(|next| {
            ui::LANGUAGES.iter().find(|(code, _)| *code == next.as_str()).map(|(_, name)| *name)
        });
        kiosk.set_next_language(named.unwrap_or_default().into());
        let short = next.map(|next| match next {
            Language::CHINESE => "中文".to_owned(),
            other => other.as_str().to_uppercase(),
        });
        kiosk.set_next_language_short(short.unwrap_or_default().into());
    }
}

fn screen_of(shown: &Shown) -> ui::Screen {
    match shown {
        Shown::Blank => ui::Screen::Blank,
        Shown::NotEnrolled(_) => ui::Screen::NotEnrolled,
        Shown::NoContent => ui::Screen::NoContent,
        Shown::OffDuty => ui::Screen::OffDuty,
        Shown::Away => ui::Screen::Away,
        Shown::Home => ui::Screen::Home,
        Shown::Idle(_) => ui::Screen::Idle,
        Shown::Prompt(_) => ui::Screen::Prompt,
        Shown::Saving(saving) => match saving.tapped_on {
            TappedOn::Home => ui::Screen::Home,
            TappedOn::Prompt(_) => ui::Screen::Prompt,
            TappedOn::Change => ui::Screen::Change,
        },
        Shown::Thanks(_) => ui::Screen::Thanks,
        Shown::Change { .. } => ui::Screen::Change,
        Shown::Phone { .. } => ui::Screen::Phone,
        Shown::Opinion(_) => ui::Screen::Opinion,
        Shown::Guide(_) => ui::Screen::Guide,
        Shown::Letter => ui::Screen::Letter,
        Shown::Wall => ui::Screen::Wall,
        Shown::Complaint(_) | Shown::Filing { .. } | Shown::Filed(_) => ui::Screen::Complaint,
        Shown::Cleaning(_) => ui::Screen::Cleaning,
        Shown::Desk(Desk::Number { .. } | Desk::Pin { .. }) => ui::Screen::SignOn,
        Shown::Desk(Desk::Menu) => ui::Screen::Desk,
        Shown::Desk(Desk::Items) => ui::Screen::DeskItems,
        Shown::Desk(Desk::Absence { .. }) => ui::Screen::DeskAbsence,
        Shown::Upkeep(Upkeep::Pin { .. }) => ui::Screen::UpkeepPin,
        Shown::Upkeep(Upkeep::Overview) => ui::Screen::Upkeep,
        // The real buttons are driven, where a citizen finds them.
        Shown::Upkeep(Upkeep::Testing { .. }) => ui::Screen::Prompt,
        Shown::Upkeep(Upkeep::Tested(_)) => ui::Screen::ButtonTest,
        Shown::Upkeep(Upkeep::Touch { .. }) => ui::Screen::TouchTest,
        Shown::Upkeep(Upkeep::Colour(_)) => ui::Screen::ScreenTest,
        Shown::Upkeep(Upkeep::Enrol { .. }) => ui::Screen::Enrol,
        Shown::Paused(_) => ui::Screen::Paused,
        Shown::Retired => ui::Screen::Retired,
    }
}
