//! The way to a screen: the events that bring the real flow there, with a hand that answers for
//! journal and clock.

mod way;

use self::way::{Disk, Way};
use super::content::Content;
use super::flow::{Complaint, Desk, Given, Guide, Known, Look, Rules, Screen, State, Upkeep};
use super::journal::Saved;
use crate::chain::Keypair;
use crate::chain::token::Token;
use crate::domain::{Day, Incarnation, ReceiptCode, TerminalId, minute_of};
use crate::settings::{self, Problem};

/// Every screen that can be led to, by the names of flow.
pub const NAMES: [&str; 40] = [
    "blank",
    "not-enrolled",
    "enrol",
    "no-content",
    "off-duty",
    "away",
    "home",
    "idle",
    "prompt",
    "saving",
    "thanks",
    "change",
    "phone",
    "opinion",
    "guide",
    "guide-item",
    "guide-take-away",
    "letter",
    "wall",
    "complaint",
    "complaint-tags",
    "complaint-contact",
    "filing",
    "filed",
    "cleaning",
    "sign-on",
    "pin",
    "desk",
    "desk-items",
    "desk-absence",
    "upkeep-pin",
    "upkeep",
    "testing",
    "button-test",
    "touch-test",
    "screen-test",
    "hand-over",
    "complaint-phone",
    "paused",
    "retired",
];

/// What is to be seen.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The screen, by its name.
    pub screen: String,
    /// Who is on duty, by employee number; the first person of the content for none.
    pub staff: Option<String>,
    /// The service item, by its id; the first of the window for none.
    pub item: Option<String>,
    /// In which language, size and contrast.
    pub look: Look,
}

/// The minute of the day at which every picture is made: ten in the morning.
const MINUTE: u32 = 10 * 60;

/// What a wish comes to with some content.
pub struct Stage {
    wish: Wish,
    staff: String,
    item: String,
    day: i64,
    /// The wall time that the clock shows, in milliseconds UTC.
    pub wall: i64,
    saved: Saved,
    opinion: Option<String>,
    away: String,
}

fn problem(option: &str, found: &str, allowed: String) -> Problem {
    let (file, key) = ("the command line".to_owned(), option.to_owned());
    Problem { file, line: None, key, found: found.to_owned(), allowed }
}

/// The one that was asked for, if it is among those that are there; else the first.
fn chosen(option: &str, asked: Option<&str>, there: &[&str]) -> Result<String, Problem> {
    match asked {
        Some(asked) if !there.contains(&asked) => {
            let none = "nothing: the content has none".to_owned();
            let allowed = if there.is_empty() { none } else { there.join(", ") };
            Err(problem(option, asked, allowed))
        }
        Some(asked) => Ok(asked.to_owned()),
        None => Ok(there.first().copied().unwrap_or_default().to_owned()),
    }
}

impl Stage {
    /// Checks a wish against some content.
    ///
    /// # Errors
    /// When there is no such screen, person or item.
    pub fn of(content: &Content, wish: &Wish) -> Result<Stage, Problem> {
        if !NAMES.contains(&wish.screen.as_str()) {
            return Err(problem("--screen", &wish.screen, NAMES.join(", ")));
        }
        let bundle = &content.bundle;
        let staff: Vec<&str> =
            bundle.staff.iter().map(|member| member.badge.employee_no.as_str()).collect();
        let mut items: Vec<_> = bundle.items.iter().collect();
        items.sort_by_key(|item| !item.here);
        let items: Vec<&str> = items.into_iter().map(|item| item.id.as_str()).collect();
        let away = bundle.behaviour.away_reasons.first();
        let midnight = bundle.made_at - i64::from(minute_of(bundle.made_at)) * 60_000;
        let saved = saved();
        Ok(Stage {
            staff: chosen("--staff", wish.staff.as_deref(), &staff)?,
            item: chosen("--item", wish.item.as_deref(), &items)?,
            wish: wish.clone(),
            day: Day::of(bundle.made_at).map_or(0, Day::number),
            wall: midnight + i64::from(MINUTE) * 60_000,
            opinion: bundle.public_url.as_deref().and_then(|url| address(url, &saved)),
            saved,
            away: away.map(|reason| reason.id.clone()).unwrap_or_default(),
        })
    }

    /// Leads a new terminal to the screen, and shows every state on the way.
    ///
    /// # Errors
    /// When this content does not lead there.
    pub fn lead(&self, known: Known, seen: impl FnMut(&State)) -> Result<(), Problem> {
        let mut rules = Rules::from(&settings::Terminal::default());
        rules.look = self.wish.look;
        rules.maintenance = true;
        let state = State::new(rules);
        let mut way = Way { stage: self, state, now: 0, disk: Disk::Takes, seen };
        (way.seen)(&way.state);
        let wanted = self.wish.screen.as_str();
        way.go(wanted, known);
        let reached = name_of(way.state.screen(), wanted);
        if reached == wanted {
            return Ok(());
        }
        let allowed =
            format!("a screen that this content leads to; with it one comes to {reached}");
        Err(problem("--screen", wanted, allowed))
    }
}

/// An entry as the first of a journal would be.
fn saved() -> Saved {
    let receipt = ReceiptCode::from_random([0x39, 0xc7, 0x4b, 0x8b, 0xad]);
    Saved { incarnation: Incarnation([0; 16]), seq: 1, receipt }
}

/// An address as long as a real one; no center takes it, since nobody's key signed it.
fn address(url: &str, saved: &Saved) -> Option<String> {
    let terminal: TerminalId = "T-0000".parse().ok()?;
    let token = Token { terminal, incarnation: saved.incarnation, seq: saved.seq, issued: 0 };
    let signed = token.sign(&Keypair::from_seed([0; 32]));
    Some(format!("{}/o/{signed}", url.trim_end_matches('/')))
}

/// The name of a screen; of two names for the same one, the one that was wanted.
fn name_of(screen: &Screen, wanted: &str) -> &'static str {
    match screen {
        Screen::Blank => "blank",
        Screen::NotEnrolled(_) => "not-enrolled",
        Screen::NoContent => "no-content",
        Screen::OffDuty => "off-duty",
        Screen::Away => "away",
        Screen::Home => "home",
        Screen::Idle(_) => "idle",
        Screen::Prompt(_) => "prompt",
        Screen::Saving(_) => "saving",
        Screen::Thanks(_) => "thanks",
        Screen::Change { .. } => "change",
        Screen::Phone { given: Given::Draft(_), .. } => "complaint-phone",
        Screen::Phone { .. } => "phone",
        Screen::Opinion(_) => "opinion",
        Screen::Guide(Guide { take_away: true, .. }) => "guide-take-away",
        Screen::Guide(Guide { chosen: Some(_), .. }) => "guide-item",
        Screen::Guide(_) => "guide",
        Screen::Letter => "letter",
        Screen::Wall => "wall",
        Screen::Complaint(Complaint { about: None, .. }) => "complaint",
        Screen::Complaint(Complaint { asks_contact: false, .. }) => "complaint-tags",
        Screen::Complaint(_) => "complaint-contact",
        Screen::Filing { .. } => "filing",
        Screen::Filed(_) => "filed",
        Screen::Cleaning(_) => "cleaning",
        Screen::Desk(Desk::Number { .. }) if wanted == "hand-over" => "hand-over",
        Screen::Desk(Desk::Number { .. }) => "sign-on",
        Screen::Desk(Desk::Pin { .. }) => "pin",
        Screen::Desk(Desk::Menu) => "desk",
        Screen::Desk(Desk::Items) => "desk-items",
        Screen::Desk(Desk::Absence { .. }) => "desk-absence",
        Screen::Upkeep(Upkeep::Pin { .. }) => "upkeep-pin",
        Screen::Upkeep(Upkeep::Overview) => "upkeep",
        Screen::Upkeep(Upkeep::Testing { .. }) => "testing",
        Screen::Upkeep(Upkeep::Tested(_)) => "button-test",
        Screen::Upkeep(Upkeep::Touch { .. }) => "touch-test",
        Screen::Upkeep(Upkeep::Colour(_)) => "screen-test",
        Screen::Upkeep(Upkeep::Enrol { .. }) => "enrol",
        Screen::Paused(_) => "paused",
        Screen::Retired => "retired",
    }
}
