//! The visit: prompt, receipt, tags, phone number, opinion, complaint. Nothing here knows a level.

use pingyi_ui as ui;

use super::Screen;
use super::guide::choice;
use super::models::replace;
use super::qr::code_of;
use super::words::{grouped_phone, receipt_address};
use crate::domain::{About, Language, ReceiptCode, Tag};
use crate::terminal::flow::{
    Complaint, Contact, Filed, Given, Phone, Prompt, Screen as Shown, State, TappedOn, Thanks,
};

impl Screen {
    pub(super) fn draw_visit(&mut self, state: &State, language: Language) {
        self.kiosk().set_saving(matches!(state.screen(), Shown::Saving(_)));
        self.kiosk().set_takes_phones(state.takes_phones());
        match state.screen() {
            Shown::Prompt(prompt) => self.draw_prompt(prompt, language),
            Shown::Saving(saving) => {
                if let TappedOn::Prompt(prompt) = &saving.tapped_on {
                    self.draw_prompt(prompt, language);
                }
            }
            Shown::Thanks(thanks) => self.draw_thanks(thanks, language),
            Shown::Phone { given, phone } => {
                self.draw_phone(phone);
                self.draw_given(given);
            }
            Shown::Opinion(given) => self.draw_given(given),
            Shown::Complaint(complaint) | Shown::Filing { complaint, .. } => {
                self.draw_complaint(complaint, language);
            }
            Shown::Filed(filed) => self.draw_filed(filed),
            _ => {}
        }
        if !matches!(
            state.screen(),
            Shown::Thanks(_) | Shown::Phone { .. } | Shown::Opinion(_) | Shown::Filed(_)
        ) {
            self.draw_receipt(None);
            self.draw_opinion(None);
        }
    }

    fn draw_prompt(&self, prompt: &Prompt, language: Language) {
        let kiosk = self.kiosk();
        let (left, of) = prompt.seconds;
        let share = f64::from(left) / f64::from(of.max(1));
        #[expect(clippy::cast_possible_truncation, reason = "a share of one needs no more digits")]
        kiosk.set_prompt_share(share as f32);
        let content = self.content.as_ref();
        let item = content.and_then(|content| content.bundle.item(&prompt.service.item));
        kiosk.set_served_item(item.map(|item| item.name.said(language)).unwrap_or_default().into());
    }

    fn draw_thanks(&mut self, thanks: &Thanks, language: Language) {
        let content = self.content.clone();
        let tags = content.as_ref().map(|content| content.bundle.tags.as_slice());
        self.draw_tags(tags.unwrap_or_default(), &thanks.tags, language);
        let seconds = thanks.change.map_or(0, |offer| offer.seconds);
        let kiosk = self.kiosk();
        kiosk.set_change_seconds(i32::try_from(seconds).unwrap_or(i32::MAX));
        kiosk.set_phone_left(thanks.contact == Contact::Left);
        self.draw_receipt(thanks.saved.receipt.as_ref());
        self.draw_opinion(thanks.opinion.as_deref());
    }

    fn draw_tags(&self, tags: &[Tag], chosen: &[usize], language: Language) {
        let rows = tags.iter().take(9).enumerate();
        let rows = rows.map(|(at, tag)| choice(tag.text.said(language), chosen.contains(&at)));
        replace(&self.models.tags, rows);
    }

    fn draw_given(&mut self, given: &Given) {
        match given {
            Given::Rating(thanks) => {
                self.draw_receipt(thanks.saved.receipt.as_ref());
                self.draw_opinion(thanks.opinion.as_deref());
            }
            Given::Complaint(filed) => self.draw_filed(filed),
            Given::Draft(_) => {}
        }
    }

    fn draw_phone(&self, phone: &Phone) {
        self.kiosk().set_phone(ui::PhoneEntry {
            number: grouped_phone(&phone.digits).into(),
            consent: phone.consent,
            ready: phone.is_complete(),
        });
    }

    fn draw_complaint(&self, complaint: &Complaint, language: Language) {
        let content = self.content.as_ref();
        let tags = content.map(|content| content.bundle.complaint_tags.as_slice());
        self.draw_tags(tags.unwrap_or_default(), &complaint.tags, language);
        self.kiosk().set_complaint(ui::Complaint {
            step: match complaint {
                Complaint { about: None, .. } => ui::ComplaintStep::About,
                Complaint { asks_contact: false, .. } => ui::ComplaintStep::Tags,
                Complaint { .. } => ui::ComplaintStep::Contact,
            },
            about: match complaint.about {
                None | Some(About::Window) => ui::About::Window,
                Some(About::Office) => ui::About::Office,
                Some(About::Other) => ui::About::Other,
            },
            contact: false,
            number: slint::SharedString::new(),
        });
    }

    fn draw_filed(&mut self, filed: &Filed) {
        let mut complaint = self.kiosk().get_complaint();
        complaint.step = ui::ComplaintStep::Number;
        complaint.contact = filed.contact == Contact::Left;
        let number = filed.saved.receipt.as_ref();
        complaint.number = number.map(ToString::to_string).unwrap_or_default().into();
        self.kiosk().set_complaint(complaint);
        self.kiosk().set_phone_left(filed.contact == Contact::Left);
        self.draw_opinion(filed.opinion.as_deref());
    }

    /// The receipt of the visit that is on the screen, and of no other.
    fn draw_receipt(&mut self, receipt: Option<&ReceiptCode>) {
        if self.receipt.as_ref() == receipt {
            return;
        }
        self.receipt = receipt.cloned();
        let drawn = receipt.map(|code| {
            let content = self.content.as_ref();
            let public_url = content.and_then(|content| content.bundle.public_url.as_deref());
            let qr = public_url.and_then(|url| code_of(&receipt_address(url, code)));
            let has_qr = qr.is_some();
            ui::Receipt { code: code.to_string().into(), qr: qr.unwrap_or_default(), has_qr }
        });
        self.kiosk().set_receipt(drawn.unwrap_or_default());
    }

    fn draw_opinion(&mut self, address: Option<&str>) {
        if self.opinion.as_deref() == address {
            return;
        }
        self.opinion = address.map(str::to_owned);
        let code = address.and_then(code_of);
        let kiosk = self.kiosk();
        kiosk.set_takes_opinions(code.is_some());
        kiosk.set_opinion_qr(code.unwrap_or_default());
    }
}
