//! The ONLY file that sees generated Slint types: draws the state, makes events of callbacks.
//!
//! Every property is written only with what differs, so an idle screen draws no frame but the
//! clock's. Words that belong to the screen are translated in the markup; words that belong to
//! the office come from the content, in the language chosen.

mod portrait;
mod words;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use pingyi_ui as ui;
use slint::{
    ComponentHandle, Image, Model, ModelRc, PlatformError, Rgb8Pixel, SharedPixelBuffer,
    SharedString, VecModel, Window,
};

use self::portrait::Portrait;
use self::words::{numeral, receipt_address, said, short_unit, window_label};
use super::content::Content;
use super::flow::{Enrolment, Event, Look, Screen as Shown, State};
use super::uplink::Trouble;
use crate::domain::{Bundle, Level, ReceiptCode, hour_of};
use crate::settings;
use crate::settings::terminal::{Language, TextSize};

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

/// The window, and what was last written to it.
pub struct Screen {
    app: ui::App,
    commitments: Rc<VecModel<ui::Commitment>>,
    lines: Rc<VecModel<ui::SupervisionLine>>,
    honours: Rc<VecModel<SharedString>>,
    content: Option<Arc<Content>>,
    portrait: Rc<RefCell<Portrait>>,
    look: Option<Look>,
    enrolment: Option<Enrolment>,
    receipt: Option<ReceiptCode>,
}

impl Screen {
    /// Makes the window, not yet shown; `tell` takes what a person does.
    ///
    /// # Errors
    /// When there is no surface to draw on.
    pub fn new(
        display: Display,
        tell: impl Fn(Event) + Clone + 'static,
    ) -> Result<Screen, PlatformError> {
        let app = ui::App::new()?;
        let screen = Screen {
            commitments: Rc::default(),
            lines: Rc::default(),
            honours: Rc::default(),
            content: None,
            portrait: Rc::default(),
            look: None,
            enrolment: None,
            receipt: None,
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

    /// The component, for tests that look for its elements.
    #[must_use]
    pub fn component(&self) -> &ui::App {
        &self.app
    }

    fn kiosk(&self) -> ui::Kiosk<'_> {
        self.app.global::<ui::Kiosk>()
    }

    fn connect(&self, tell: impl Fn(Event) + Clone + 'static) {
        let kiosk = self.kiosk();
        let on = |event: fn() -> Event| {
            let tell = tell.clone();
            move || tell(event())
        };
        kiosk.on_touched(on(|| Event::Touched));
        kiosk.on_change_asked(on(|| Event::ChangeAsked));
        kiosk.on_done(on(|| Event::Done));
        kiosk.on_language_toggled(on(|| Event::LanguageToggled));
        kiosk.on_text_size_toggled(on(|| Event::TextSizeToggled));
        kiosk.on_rated(move |level| tell(Event::Rated(level_of(level))));
        let (portrait, app) = (self.portrait.clone(), self.app.as_weak());
        kiosk.on_portrait_measured(move |frame| {
            let image = portrait.borrow_mut().measured(frame);
            if let (Some(image), Some(app)) = (image, app.upgrade()) {
                app.global::<ui::Kiosk>().set_portrait(image);
            }
        });
    }

    /// Takes the preview data away, and hands over the models once: they are changed in place.
    fn clear(&self, display: Display) {
        let kiosk = self.kiosk();
        kiosk.set_screen(ui::Screen::Blank);
        kiosk.set_office(ui::Office::default());
        kiosk.set_badge(ui::Badge {
            honours: ModelRc::from(self.honours.clone()),
            ..ui::Badge::default()
        });
        kiosk.set_portrait(Image::default());
        kiosk.set_commitments(ModelRc::from(self.commitments.clone()));
        kiosk.set_supervision_lines(ModelRc::from(self.lines.clone()));
        kiosk.set_receipt(ui::Receipt::default());
        kiosk.set_enrolment(ui::Enrolment::default());
        kiosk.set_change_seconds(0);
        kiosk.set_saving(false);
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

    /// Shows other content from now on, whatever is on the screen.
    pub fn set_content(&mut self, content: Arc<Content>) {
        let image = self.portrait.borrow_mut().replaced(content.clone());
        if let Some(image) = image {
            self.kiosk().set_portrait(image);
        }
        self.content = Some(content);
        if let Some(look) = self.look {
            self.draw_content(look.language);
        }
    }

    /// Shows the state.
    pub fn draw(&mut self, state: &State) {
        self.draw_look(state.look());
        let kiosk = self.kiosk();
        let (screen, receipt) = match state.screen() {
            Shown::Blank => (ui::Screen::Blank, None),
            Shown::NotEnrolled(_) => (ui::Screen::NotEnrolled, None),
            Shown::NoContent => (ui::Screen::NoContent, None),
            Shown::Home => (ui::Screen::Home, None),
            Shown::Saving(saving) if saving.correction => (ui::Screen::Change, None),
            Shown::Saving(_) => (ui::Screen::Home, None),
            Shown::Thanks(thanks) => (ui::Screen::Thanks, thanks.saved.receipt.as_ref()),
            Shown::Change { .. } => (ui::Screen::Change, None),
            Shown::Paused(_) => (ui::Screen::Paused, None),
            Shown::Retired => (ui::Screen::Retired, None),
        };
        if let Shown::Thanks(thanks) = state.screen() {
            let seconds = thanks.change.map_or(0, |offer| offer.seconds);
            kiosk.set_change_seconds(i32::try_from(seconds).unwrap_or(i32::MAX));
        }
        kiosk.set_saving(matches!(state.screen(), Shown::Saving(_)));
        self.draw_receipt(receipt);
        self.draw_enrolment(state.screen());
        self.kiosk().set_screen(screen);
    }

    fn draw_look(&mut self, look: Look) {
        if self.look == Some(look) {
            return;
        }
        let language_changed = self.look.is_none_or(|before| before.language != look.language);
        self.look = Some(look);
        let kiosk = self.kiosk();
        kiosk.set_large_text(look.text == TextSize::Large);
        if !language_changed {
            return;
        }
        let (language, bundled) = match look.language {
            Language::Chinese => (ui::Language::Chinese, ""),
            Language::English => (ui::Language::English, "en"),
        };
        kiosk.set_language(language);
        if let Err(error) = slint::select_bundled_translation(bundled) {
            tracing::error!(%error, bundled, "the screen's words are not translated");
        }
        self.draw_content(look.language);
    }

    fn draw_content(&self, language: Language) {
        let Some(content) = &self.content else { return };
        let Bundle { office, on_duty, commitments, supervision_lines, .. } = &content.bundle;
        let kiosk = self.kiosk();
        let (window, short_window) = window_label(&content.bundle, language);
        kiosk.set_office(ui::Office {
            unit: said(&office.name, language).into(),
            window: window.into(),
            short_unit: short_unit(&content.bundle, language).into(),
            short_window: short_window.into(),
        });
        let honours = on_duty.iter().flat_map(|badge| &badge.honours);
        replace(&self.honours, honours.map(|honour| said(honour, language).into()));
        kiosk.set_badge(self.badge(content, language));
        replace(
            &self.commitments,
            commitments.iter().enumerate().map(|(at, commitment)| ui::Commitment {
                numeral: numeral(at + 1, language).into(),
                text: said(&commitment.text, language).into(),
            }),
        );
        replace(
            &self.lines,
            supervision_lines.iter().map(|line| ui::SupervisionLine {
                label: said(&line.label, language).into(),
                phone: line.phone.as_str().into(),
            }),
        );
    }

    fn badge(&self, content: &Content, language: Language) -> ui::Badge {
        let honours = ModelRc::from(self.honours.clone());
        let Some(badge) = &content.bundle.on_duty else {
            return ui::Badge { honours, ..ui::Badge::default() };
        };
        ui::Badge {
            name: said(&badge.name, language).into(),
            post: said(&badge.post, language).into(),
            department: said(&badge.department, language).into(),
            employee_no: badge.employee_no.as_str().into(),
            honours,
            stars: i32::from(badge.stars),
            has_portrait: content.portrait().is_some(),
        }
    }

    /// The receipt of the visit that is on the screen, and of no other.
    fn draw_receipt(&mut self, receipt: Option<&ReceiptCode>) {
        if self.receipt.as_ref() == receipt {
            return;
        }
        self.receipt = receipt.cloned();
        let drawn = receipt.map(|code| {
            let public_url =
                self.content.as_ref().and_then(|content| content.bundle.public_url.as_deref());
            let qr = public_url.and_then(|url| qr_of(&receipt_address(url, code)));
            let has_qr = qr.is_some();
            ui::Receipt { code: code.to_string().into(), qr: qr.unwrap_or_default(), has_qr }
        });
        self.kiosk().set_receipt(drawn.unwrap_or_default());
    }

    fn draw_enrolment(&mut self, shown: &Shown) {
        let enrolment =
            if let Shown::NotEnrolled(enrolment) = shown { Some(enrolment) } else { None };
        if self.enrolment.as_ref() == enrolment {
            return;
        }
        self.enrolment = enrolment.cloned();
        let Enrolment { fingerprint, waiting } = enrolment.cloned().unwrap_or_default();
        let hint = SharedString::new();
        self.kiosk().set_enrolment(ui::Enrolment {
            fingerprint: fingerprint.into(),
            waiting,
            hint,
        });
    }
}

fn level_of(level: ui::Level) -> Level {
    match level {
        ui::Level::Satisfied => Level::Satisfied,
        ui::Level::Basic => Level::Basic,
        ui::Level::Dissatisfied => Level::Dissatisfied,
    }
}

/// Changes a model in place: rows that stay the same are not drawn again.
fn replace<T: Clone + PartialEq + 'static>(model: &VecModel<T>, rows: impl Iterator<Item = T>) {
    let mut count = 0;
    for row in rows {
        match model.row_data(count) {
            None => model.push(row),
            Some(old) if old != row => model.set_row_data(count, row),
            Some(_) => {}
        }
        count += 1;
    }
    while model.row_count() > count {
        model.remove(count);
    }
}

/// One pixel a module, with the quiet zone of four modules that ISO/IEC 18004 asks for.
fn qr_of(address: &str) -> Option<Image> {
    const QUIET: usize = 4;
    let code = qrcode::QrCode::new(address).ok()?;
    let (width, side) = (code.width(), code.width() + 2 * QUIET);
    let pixels = u32::try_from(side).ok()?;
    let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(pixels, pixels);
    buffer.make_mut_slice().fill(Rgb8Pixel { r: 255, g: 255, b: 255 });
    let rows = buffer.make_mut_slice().chunks_mut(side).skip(QUIET);
    for (row, modules) in rows.zip(code.to_colors().chunks(width)) {
        for (pixel, module) in row.iter_mut().skip(QUIET).zip(modules) {
            if *module == qrcode::Color::Dark {
                *pixel = Rgb8Pixel { r: 0x17, g: 0x26, b: 0x2b };
            }
        }
    }
    Some(Image::from_rgb8(buffer))
}
