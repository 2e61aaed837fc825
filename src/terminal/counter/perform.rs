//! Does what flow wants done; whatever takes time is done elsewhere, and comes back as a message.

use std::sync::Arc;

use super::reply::Reply;
use super::{Counter, Message, visitors};
use crate::chain::token::Token;
use crate::settings::Secret;
use crate::terminal::button_test::ButtonTest;
use crate::terminal::flow::{self, Effect, Event, Screen as Shown, Sound, Ticket, Upkeep};
use crate::terminal::health::{self, Health};
use crate::terminal::journal::{Answer, Note, Saved};

impl Counter {
    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Save { ticket, answer } => self.save(ticket, answer),
            Effect::Record { ticket, note, memory } => self.record(ticket, note, memory),
            Effect::Remember(memory) => {
                let Some(journal) = &self.journal else { return };
                journal.remember(memory, |result| {
                    if let Err(error) = result {
                        tracing::error!(%error, "a wrong try is not remembered");
                    }
                });
            }
            Effect::Probe => {
                let reply = Reply::new(&self.sender, Event::Probed { writes: false });
                let Some(journal) = &self.journal else { return };
                journal.probe(move |writes| reply.send(Event::Probed { writes }));
            }
            Effect::CheckPin { ticket, whose, pin } => self.check_pin(ticket, &whose, pin),
            Effect::NameService => self.begin(None, String::new(), String::new()),
            Effect::Reply { call, outcome } => {
                if let Some((asked, reply)) = self.calls.remove(&call.0) {
                    let _gone = reply.send(visitors::answer(asked, outcome));
                }
            }
            Effect::SelfTest => self.test = Some(ButtonTest::default()),
            Effect::Play(sound) => self.play(sound),
            Effect::Enrol(code) => match code.parse() {
                Ok(code) => {
                    let _gone = self.desk.codes.send(code);
                }
                Err(_) => drop(self.sender.send(Message::Event(Event::CodeRefused))),
            },
            Effect::Restart => drop(self.sender.send(Message::Stop)),
        }
    }

    fn save(&self, ticket: Ticket, answer: Answer) {
        let reply = Reply::new(&self.sender, Event::SaveFailed { ticket });
        let Some(journal) = &self.journal else { return };
        let place = self.opinions();
        journal.save(answer, move |result| match result {
            Ok(saved) => {
                let opinion = place(&saved);
                reply.send(Event::Saved { ticket, saved, opinion });
            }
            Err(error) => {
                tracing::error!(%error, "a rating is not saved");
                drop(reply);
            }
        });
    }

    fn record(&self, ticket: Ticket, note: Note, memory: String) {
        let reply = Reply::new(&self.sender, Event::RecordFailed { ticket });
        let Some(journal) = &self.journal else { return };
        let place = self.opinions();
        journal.record(note, Some(memory), move |result| match result {
            Ok(saved) => {
                let opinion = place(&saved);
                reply.send(Event::Recorded { ticket, saved, opinion });
            }
            Err(error) => {
                tracing::error!(%error, "a record is not saved");
                drop(reply);
            }
        });
    }

    /// Tells the address where an opinion about an entry may be written, if there is one: its
    /// token is signed by this terminal's key, so the center takes it before the entry arrives.
    fn opinions(&self) -> impl Fn(&Saved) -> Option<String> + Send + use<> {
        let public_url =
            self.content.as_ref().and_then(|content| content.bundle.public_url.clone());
        let key = self.desk.identity.key.clone();
        let terminal = self.terminal.clone();
        let issued = self.desk.clock.now().wall;
        move |saved| {
            let (url, terminal) = (public_url.as_deref()?, terminal.clone()?);
            let Saved { incarnation, seq, .. } = *saved;
            let token = Token { terminal, incarnation, seq, issued };
            Some(format!("{}/o/{}", url.trim_end_matches('/'), token.sign(&key)))
        }
    }

    fn check_pin(&self, ticket: Ticket, whose: &flow::Secret, pin: String) {
        let hash = match whose {
            flow::Secret::Maintenance => self.desk.maintenance_pin.as_ref(),
            flow::Secret::Staff(_) => None,
        };
        let hash = hash.map(|hash| hash.expose().to_owned()).or_else(|| match whose {
            flow::Secret::Maintenance => None,
            flow::Secret::Staff(employee_no) => {
                Some(self.content.as_ref()?.bundle.member(employee_no)?.pin.clone())
            }
        });
        let reply = Reply::new(&self.sender, Event::PinChecked { ticket, right: false });
        self.desk.pins.check(Secret::new(pin), hash, move |checked| match checked {
            Ok(right) => reply.send(Event::PinChecked { ticket, right }),
            Err(error) => {
                tracing::error!(%error, "a PIN is not checked");
                drop(reply);
            }
        });
    }

    fn play(&self, sound: Sound) {
        let occasion = match sound {
            Sound::Prompt => "prompt",
            Sound::Thanks => "thanks",
        };
        let Some(content) = &self.content else { return };
        let bundle = &content.bundle;
        let name = bundle.behaviour.sounds.get(occasion);
        let file = name.and_then(|name| bundle.files.get(name));
        let bytes = file.and_then(|file| data_encoding::BASE64.decode(file.as_bytes()).ok());
        if let Some(bytes) = bytes {
            self.desk.player.play(Arc::from(bytes));
        }
    }

    /// While the technician looks, the figures of the maintenance page are gathered anew.
    pub(super) fn look_after(&mut self) {
        let looks = matches!(self.state.screen(), Shown::Upkeep(Upkeep::Overview));
        let shown = std::mem::replace(&mut self.health_shown, looks);
        if !looks || shown {
            return;
        }
        let health = Health {
            network: health::network(),
            free_bytes: health::free_bytes(self.desk.identity.folder()),
            ..self.health.clone()
        };
        self.screen.set_health(&health);
        self.health = health.clone();
        let Some(journal) = &self.journal else { return };
        let sender = self.sender.clone();
        journal.summary(move |summary| {
            let health = Health {
                backlog: summary.backlog,
                oldest_unsent_at: summary.oldest_unsent_at,
                ..health
            };
            let _gone = sender.send(Message::Health(Box::new(health)));
        });
    }
}
