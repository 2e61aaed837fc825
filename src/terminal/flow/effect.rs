//! What flow wants done.

use super::Ticket;
use super::event::Call;
use crate::terminal::journal::{Answer, Note};

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// Nobody is on duty.
    NobodyOnDuty,
    /// No service is open.
    NoService,
    /// There is no such item or reason here.
    Unknown,
    /// Employee number and PIN do not fit.
    WrongPin,
    /// The person is locked out on this terminal for so many seconds.
    LockedOut(u32),
    /// The terminal takes no ratings now.
    OutOfService,
}

/// A sound, by its occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// A rating is asked for.
    Prompt,
    /// A rating is saved; the same for every level.
    Thanks,
}

/// Whose PIN is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// Of a person of the unit, by employee number.
    Staff(String),
    /// Of this terminal's maintenance.
    Maintenance,
}

/// What is to be done.
#[derive(Clone)]
pub enum Effect {
    /// Save the answer; reply with [`super::Event::Saved`] or [`super::Event::SaveFailed`].
    Save {
        /// To be given back with the reply.
        ticket: Ticket,
        /// The answer.
        answer: Answer,
    },
    /// Record something, and in the same commit what is to be remembered; reply with
    /// [`super::Event::Recorded`] or [`super::Event::RecordFailed`].
    Record {
        /// To be given back with the reply.
        ticket: Ticket,
        /// What.
        note: Note,
        /// What the next start is to know.
        memory: String,
    },
    /// Remember this, though there is nothing to record; nobody waits for it.
    Remember(String),
    /// Try whether storage takes writes; reply with [`super::Event::Probed`].
    Probe,
    /// Check a PIN; reply with [`super::Event::PinChecked`].
    CheckPin {
        /// To be given back with the reply.
        ticket: Ticket,
        /// Whose.
        whose: Secret,
        /// What was typed.
        pin: String,
    },
    /// Draw a name for a service that begins at the pad; reply with [`super::Ask::Begin`].
    NameService,
    /// Answer a call of the local interface.
    Reply {
        /// Which.
        call: Call,
        /// With what.
        outcome: Outcome,
    },
    /// Drive the three buttons from the window's events; reply with [`super::Event::SelfTested`].
    SelfTest,
    /// Play a sound.
    Play(Sound),
    /// Join a center with this one-time code.
    Enrol(String),
    /// End the program; whoever watches over it starts it again.
    Restart,
}

impl std::fmt::Debug for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Effect::Save { ticket, answer } => {
                f.debug_struct("Save").field("ticket", ticket).field("answer", answer).finish()
            }
            Effect::Record { ticket, note, .. } => {
                f.debug_struct("Record").field("ticket", ticket).field("note", note).finish()
            }
            Effect::Remember(_) => f.write_str("Remember"),
            Effect::Probe => f.write_str("Probe"),
            Effect::CheckPin { ticket, whose, .. } => {
                f.debug_struct("CheckPin").field("ticket", ticket).field("whose", whose).finish()
            }
            Effect::NameService => f.write_str("NameService"),
            Effect::Reply { call, outcome } => {
                f.debug_struct("Reply").field("call", call).field("outcome", outcome).finish()
            }
            Effect::SelfTest => f.write_str("SelfTest"),
            Effect::Play(sound) => f.debug_tuple("Play").field(sound).finish(),
            Effect::Enrol(_) => f.write_str("Enrol(secret)"),
            Effect::Restart => f.write_str("Restart"),
        }
    }
}
