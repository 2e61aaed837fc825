//! The pages of the office: the wall, notices, other windows, the idle screen.

use pingyi_ui as ui;
use slint::Image;

use super::Screen;
use super::models::replace;
use super::office::Drawn;
use super::portrait::image_of;
use super::words::{day_of, percent, short_day};
use crate::domain::{Bundle, Figures, Language, Notice, Rectification};
use crate::terminal::flow::{Absence, State, is_shown};

impl Screen {
    pub(super) fn draw_pages(&self, bundle: &Bundle, drawn: &Drawn) {
        let language = drawn.language;
        let rectifications = bundle.wall.rectifications.iter().map(|one| shown(one, language));
        replace(&self.models.rectifications, rectifications);
        let bulletins = bundle.wall.bulletins.iter().map(|bulletin| ui::Paper {
            title: bulletin.title.said(language).into(),
            body: bulletin.body.said(language).into(),
            day: day_of(bulletin.issued_on).into(),
        });
        replace(&self.models.bulletins, bulletins);
        let notices = bundle.notices.iter();
        let notices = notices.filter(|notice| is_shown(notice.from, notice.to, drawn.day));
        let notices = notices.map(|Notice { title, body, from, .. }| ui::Paper {
            title: title.said(language).into(),
            body: body.said(language).into(),
            day: day_of(from.unwrap_or(0)).into(),
        });
        replace(&self.models.notices, notices);
        let others = bundle.other_windows.iter().map(|window| ui::OtherWindow {
            number: window.number.as_str().into(),
            name: window.name.said(language).into(),
            place: window.place.said(language).into(),
            hours: window.hours.said(language).into(),
        });
        replace(&self.models.other_windows, others);
        let kiosk = self.kiosk();
        let part = |number: i64| i32::try_from(number).unwrap_or(0);
        kiosk.set_wall_year(part(bundle.wall.month / 100));
        kiosk.set_wall_month(part(bundle.wall.month % 100));
        kiosk.set_figures(bundle.wall.figures.map(figures).unwrap_or_default());
    }

    /// The slide of the idle screen: notices first, then pictures, then what was put right.
    pub(super) fn draw_slide(&mut self, place: usize, language: Language) {
        if self.slide == Some((place, language)) {
            return;
        }
        self.slide = Some((place, language));
        let Some(content) = &self.content else { return };
        let bundle = &content.bundle;
        let (notices, pictures) = (bundle.notices.len(), bundle.slides.len());
        let slide = if let Some(notice) = bundle.notices.get(place) {
            ui::Slide {
                kind: ui::SlideKind::Notice,
                picture: Image::default(),
                title: notice.title.said(language).into(),
                body: notice.body.said(language).into(),
            }
        } else if let Some(slide) = bundle.slides.get(place - notices) {
            ui::Slide {
                kind: ui::SlideKind::Picture,
                picture: content.pictures.get(&slide.file).map(image_of).unwrap_or_default(),
                title: slide.caption.said(language).into(),
                body: slint::SharedString::new(),
            }
        } else if let Some(one) = bundle.wall.rectifications.get(place - notices - pictures) {
            ui::Slide {
                kind: ui::SlideKind::Rectified,
                picture: Image::default(),
                title: one.said.said(language).into(),
                body: one.done.said(language).into(),
            }
        } else {
            ui::Slide::default()
        };
        self.kiosk().set_slide(slide);
    }

    pub(super) fn draw_away(&self, state: &State, language: Language) {
        let Some(content) = &self.content else { return };
        let away = state.shift().and_then(|shift| shift.away.as_ref());
        let Some(Absence { why, .. }) = away else { return };
        let reasons = &content.bundle.behaviour.away_reasons;
        let reason = reasons.iter().find(|reason| reason.id == *why);
        self.kiosk().set_away(ui::Away {
            reason: reason.map(|reason| reason.text.said(language)).unwrap_or_default().into(),
            minutes: state.back_in_minutes().and_then(|left| i32::try_from(left).ok()).unwrap_or(0),
        });
    }
}

fn shown(one: &Rectification, language: Language) -> ui::Rectification {
    ui::Rectification {
        title: one.title.said(language).into(),
        said: one.said.said(language).into(),
        done: one.done.said(language).into(),
        done_on: one.done_on.map(short_day).unwrap_or_default().into(),
    }
}

fn figures(of: Figures) -> ui::Figures {
    let plain = |permille: u16| format!("{}.{}", permille / 10, permille % 10);
    let response = (u64::from(of.rated_services) * 1_000).checked_div(u64::from(of.services));
    let response = response.and_then(|share| u16::try_from(share).ok());
    ui::Figures {
        known: true,
        services: of.services.to_string().into(),
        rated: of.rated.to_string().into(),
        response: response.map(percent).unwrap_or_default().into(),
        satisfaction: percent(of.permille).into(),
        interval: format!("{}–{}", plain(of.low), plain(of.high)).into(),
        dissatisfied: of.dissatisfied.to_string().into(),
        rectified: of.rectified.to_string().into(),
    }
}
