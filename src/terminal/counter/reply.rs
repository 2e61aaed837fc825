//! A reply that is owed: when the other side drops it unanswered, the answer is the bad one.

use tokio::sync::mpsc::UnboundedSender;

use super::Message;
use crate::terminal::flow::Event;

pub(super) struct Reply {
    sender: UnboundedSender<Message>,
    owed: Option<Event>,
}

impl Reply {
    pub(super) fn new(sender: &UnboundedSender<Message>, otherwise: Event) -> Reply {
        Reply { sender: sender.clone(), owed: Some(otherwise) }
    }

    pub(super) fn send(mut self, event: Event) {
        self.owed = Some(event);
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(event) = self.owed.take() {
            let _gone = self.sender.send(Message::Event(event));
        }
    }
}
