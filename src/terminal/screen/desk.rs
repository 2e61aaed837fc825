//! The pad of the person on duty.

use pingyi_ui as ui;
use slint::ComponentHandle;

use super::Screen;
use super::guide::choice;
use super::models::replace;
use super::words::time_of;
use crate::domain::Language;
use crate::terminal::flow::{AWAY_MINUTES, Desk, Message, Screen as Shown, State};

impl Screen {
    pub(super) fn draw_desk(&mut self, state: &State, language: Language) {
        let Shown::Desk(desk) = state.screen() else { return };
        let global = self.app.global::<ui::Desk>();
        let on_duty = state.shift().map(|shift| shift.staff.as_str());
        match desk {
            Desk::Number { digits } => {
                let hand_over = on_duty.is_some();
                let purpose = if hand_over { ui::Purpose::HandOver } else { ui::Purpose::SignOn };
                global.set_purpose(purpose);
                global.set_entry(ui::PinEntry {
                    employee_no: digits.as_str().into(),
                    ..ui::PinEntry::default()
                });
            }
            Desk::Pin { employee_no, digits, said } => {
                let own = on_duty == Some(employee_no);
                let purpose = match on_duty {
                    _ if own => ui::Purpose::OpenDesk,
                    Some(_) => ui::Purpose::HandOver,
                    None => ui::Purpose::SignOn,
                };
                global.set_purpose(purpose);
                global.set_entry(pin_entry(employee_no, digits.len(), *said));
            }
            Desk::Menu | Desk::Items | Desk::Absence { .. } => self.draw_menu(state, language),
        }
        if let Desk::Absence { reason, minutes } = desk {
            self.draw_absence(*reason, *minutes, language);
        }
    }

    fn draw_menu(&self, state: &State, language: Language) {
        let (Some(content), Some(shift)) = (&self.content, state.shift()) else { return };
        let bundle = &content.bundle;
        let member = bundle.member(&shift.staff);
        let service = state.service();
        let item = service.and_then(|service| bundle.item(&service.item));
        self.app.global::<ui::Desk>().set_duty(ui::Duty {
            name: member.map(|m| m.badge.name.said(language)).unwrap_or_default().into(),
            employee_no: shift.staff.as_str().into(),
            since: time_of(shift.minute).into(),
            serving: service.is_some(),
            serving_since: service.map(|s| time_of(s.minute)).unwrap_or_default().into(),
            item: item.map(|item| item.name.said(language)).unwrap_or_default().into(),
            away: shift.away.is_some(),
        });
        // Those of this window first.
        let (here, elsewhere): (Vec<_>, Vec<_>) = bundle.items.iter().partition(|item| item.here);
        let items: Vec<_> = here.into_iter().chain(elsewhere).collect();
        let named = service.map(|service| service.item.as_str());
        let rows = items
            .iter()
            .map(|item| choice(item.name.said(language), named == Some(item.id.as_str())));
        replace(&self.models.desk_items, rows);
        *self.desk_rows.borrow_mut() = items.iter().map(|item| item.id.clone()).collect();
    }

    fn draw_absence(&self, reason: usize, minutes: usize, language: Language) {
        let Some(content) = &self.content else { return };
        let reasons = content.bundle.behaviour.away_reasons.iter().enumerate();
        let rows = reasons.map(|(at, each)| choice(each.text.said(language), at == reason));
        replace(&self.models.reasons, rows);
        let rows = AWAY_MINUTES.iter().enumerate().map(|(at, count)| ui::Minutes {
            count: i32::try_from(*count).unwrap_or(0),
            chosen: at == minutes,
        });
        replace(&self.models.minutes, rows);
    }
}

/// What a PIN pad shows: never the digits, only how many there are.
pub(super) fn pin_entry(employee_no: &str, dots: usize, said: Message) -> ui::PinEntry {
    let (trouble, wait) = match said {
        Message::None | Message::Checking => (ui::PinTrouble::None, 0),
        Message::Wrong => (ui::PinTrouble::Wrong, 0),
        Message::LockedOut(seconds) => (ui::PinTrouble::Locked, seconds),
        Message::Closed => (ui::PinTrouble::Unset, 0),
    };
    ui::PinEntry {
        asks_pin: true,
        employee_no: employee_no.into(),
        dots: i32::try_from(dots).unwrap_or(0),
        checking: said == Message::Checking,
        trouble,
        wait_seconds: i32::try_from(wait).unwrap_or(i32::MAX),
    }
}
