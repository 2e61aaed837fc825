//! Pages that are opened from home: the guide, the wall, the commitment letter.

use super::event::{GuideAct, Page};
use super::screens::{Complaint, Guide, Screen};
use super::{Given, State};

impl State {
    /// A page is opened, from wherever a visitor stands when nothing else is going on.
    pub(super) fn opened(&mut self, page: Page) {
        if !matches!(self.screen, Screen::Home | Screen::OffDuty | Screen::Away) {
            return;
        }
        self.screen = match page {
            Page::Guide => Screen::Guide(Guide::default()),
            Page::Complaint => Screen::Complaint(Complaint::default()),
            Page::Wall => Screen::Wall,
            Page::Letter => Screen::Letter,
        };
    }

    pub(super) fn guide(&mut self, act: GuideAct) {
        let known = self.facts.known.as_ref();
        let exists = |id: &String| known.is_some_and(|known| known.items.contains(id));
        let Screen::Guide(guide) = &mut self.screen else { return };
        match act {
            GuideAct::Choose(id) if exists(&id) => {
                guide.chosen = Some(id);
                guide.take_away = false;
            }
            GuideAct::Choose(_) => {}
            GuideAct::Department(department) => {
                *guide = Guide { department, letter: guide.letter, ..Guide::default() };
            }
            GuideAct::Letter(letter) => {
                *guide = Guide { letter, department: guide.department, ..Guide::default() };
            }
            GuideAct::TakeAway => guide.take_away = guide.chosen.is_some() && !guide.take_away,
        }
    }

    /// One step back, wherever there is one.
    pub(super) fn back(&mut self) {
        match self.screen.clone() {
            Screen::Guide(guide) if guide.take_away || guide.chosen.is_some() => {
                let chosen = if guide.take_away { guide.chosen } else { None };
                self.screen = Screen::Guide(Guide { chosen, take_away: false, ..guide });
            }
            Screen::Guide(_) | Screen::Wall | Screen::Letter | Screen::Filed(_) => self.leave(),
            Screen::Complaint(complaint) if complaint.asks_contact => {
                self.screen = Screen::Complaint(Complaint { asks_contact: false, ..complaint });
            }
            Screen::Complaint(complaint) if complaint.about.is_some() => {
                self.screen = Screen::Complaint(Complaint::default());
            }
            Screen::Complaint(_) => self.leave(),
            Screen::Phone { given, .. } | Screen::Opinion(given) => self.back_to(given),
            Screen::Change { .. } => self.done(),
            Screen::Desk(_) => self.desk_back(),
            Screen::Upkeep(_) => self.upkeep_back(),
            _ => {}
        }
    }

    /// Back to what something was added to; its time begins anew.
    pub(super) fn back_to(&mut self, given: Given) {
        self.screen = match given {
            Given::Rating(mut thanks) => {
                thanks.change = thanks.change.and_then(|offer| offer.at(self.now));
                thanks.until = self.thanks_until();
                Screen::Thanks(thanks)
            }
            Given::Complaint(filed) => Screen::Filed(filed),
            Given::Draft(complaint) => Screen::Complaint(complaint),
        };
    }
}
