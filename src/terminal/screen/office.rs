//! What the office says: its name, who is on duty, what is promised. Drawn anew only when the
//! content, the language, the person or the day is another.

use std::sync::Arc;

use pingyi_ui as ui;
use slint::ModelRc;

use super::Screen;
use super::models::{model, replace};
use super::words::{day_of, numeral, percent, short_unit, window_label};
use crate::domain::{Bundle, Commitment, Language, Letter, StaffMember};
use crate::terminal::content::Content;
use crate::terminal::flow::State;

/// What the words on the screen were drawn for.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Drawn {
    content: usize,
    pub language: Language,
    staff: String,
    pub day: i64,
}

impl Screen {
    /// Draws the office's words, if anything of them is another; tells whether it was.
    pub(super) fn draw_office(&mut self, state: &State) -> bool {
        let Some(content) = self.content.clone() else { return false };
        let drawn = Drawn {
            content: Arc::as_ptr(&content) as usize,
            language: state.look().language,
            staff: state.shown_staff().unwrap_or_default().to_owned(),
            day: state.day(),
        };
        if self.drawn.as_ref() == Some(&drawn) {
            return false;
        }
        let member = content.bundle.member(&drawn.staff);
        self.draw_plate(&content.bundle, drawn.language);
        self.draw_person(&content, member, drawn.language);
        self.draw_promises(&content.bundle, member, drawn.language);
        self.draw_pages(&content.bundle, &drawn);
        self.drawn = Some(drawn);
        true
    }

    fn draw_plate(&self, bundle: &Bundle, language: Language) {
        let (window, short_window) = window_label(bundle, language);
        let kiosk = self.kiosk();
        kiosk.set_office(ui::Office {
            unit: bundle.office.name.said(language).into(),
            window: window.into(),
            short_unit: short_unit(bundle, language).into(),
            short_window: short_window.into(),
        });
        kiosk.set_training(bundle.behaviour.training);
        kiosk.set_has_guide(!bundle.items.is_empty());
    }

    fn draw_person(
        &self,
        content: &Arc<Content>,
        member: Option<&StaffMember>,
        language: Language,
    ) {
        let kiosk = self.kiosk();
        let honours = ModelRc::from(self.models.honours.clone());
        let Some(StaffMember { badge, portrait_file, month, .. }) = member else {
            replace(&self.models.honours, []);
            kiosk.set_badge(ui::Badge { honours, ..ui::Badge::default() });
            kiosk.set_month(ui::Month::default());
            return;
        };
        replace(&self.models.honours, badge.honours.iter().map(|said| said.said(language).into()));
        kiosk.set_badge(ui::Badge {
            name: badge.name.said(language).into(),
            post: badge.post.said(language).into(),
            department: badge.department.said(language).into(),
            employee_no: badge.employee_no.as_str().into(),
            honours,
            stars: i32::from(badge.stars),
            has_portrait: content.pictures.contains_key(portrait_file),
        });
        kiosk.set_month(month.map_or_else(ui::Month::default, |month| ui::Month {
            satisfaction: percent(month.permille).into(),
            rated: month.rated.to_string().into(),
        }));
        let image = self.portrait.borrow_mut().replaced(content.clone(), portrait_file);
        if let Some(image) = image {
            kiosk.set_portrait(image);
        }
    }

    fn draw_promises(&self, bundle: &Bundle, member: Option<&StaffMember>, language: Language) {
        let own = member.map(|member| member.commitments.as_slice()).unwrap_or_default();
        let commitments: &[Commitment] =
            if own.is_empty() { &bundle.office_commitments } else { own };
        let rows = commitments.iter().enumerate().map(|(at, commitment)| ui::Commitment {
            numeral: numeral(at + 1, language).into(),
            text: commitment.text.said(language).into(),
        });
        replace(&self.models.commitments, rows);
        let kiosk = self.kiosk();
        kiosk.set_office_commitments(own.is_empty());
        let lines = bundle.supervision_lines.iter().map(|line| ui::SupervisionLine {
            label: line.label.said(language).into(),
            phone: line.phone.as_str().into(),
        });
        replace(&self.models.lines, lines);
        let letter = member.and_then(|member| member.letter.as_ref());
        let letter = letter.or(bundle.office_letter.as_ref());
        kiosk.set_has_letter(letter.is_some());
        if let Some(Letter { title, paragraphs, signer, signed_on }) = letter {
            let rows = paragraphs.iter().map(|paragraph| paragraph.said(language).into());
            replace(&self.models.paragraphs, rows);
            kiosk.set_letter(ui::Letter {
                title: title.said(language).into(),
                paragraphs: model(&self.models.paragraphs),
                signer: signer.said(language).into(),
                signed_on: day_of(*signed_on).into(),
            });
        }
    }
}
