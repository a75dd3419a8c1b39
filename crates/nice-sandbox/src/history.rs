//! The last verifications, for a developer who wonders what was sent and what
//! came back. The people are invented, so it may all be shown.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::words::Both;

/// The verifications that are kept, the events of each, and the bytes of each
/// text: 2 MB at most.
const VERIFICATIONS: usize = 100;
const EVENTS: usize = 8;
/// The refused calls that are kept.
const CALLS: usize = 20;
const TEXT: usize = 2_000;

/// All that happened under one `token_version_id` or `transaction_id`.
#[derive(Clone, Debug)]
pub(crate) struct Verification {
    pub(crate) id: String,
    /// The JSON of the request, if it could be read.
    pub(crate) sent: String,
    pub(crate) notices: Vec<Both>,
    /// In order.
    pub(crate) events: Vec<Event>,
}

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) at: Timestamp,
    /// A fault, an outcome, or `opened`.
    pub(crate) name: String,
    pub(crate) text: Both,
    /// The JSON of the result, if there was one.
    pub(crate) came: String,
}

impl Event {
    pub(crate) fn new(at: Timestamp, name: &str, text: Both) -> Self {
        Self {
            at,
            name: name.to_owned(),
            text,
            came: String::new(),
        }
    }
}

/// A call that was refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RefusedCall {
    pub(crate) at: Timestamp,
    /// `GW_RSLT_CD`, 1200 where the service behind the gateway refused; of the newer API
    /// `result_code`.
    pub(crate) code: &'static str,
    pub(crate) fault: &'static str,
}

#[derive(Debug, Default)]
pub(crate) struct History {
    oldest_first: VecDeque<Verification>,
    refused: VecDeque<RefusedCall>,
}

impl History {
    pub(crate) fn newest_first(&self) -> Vec<Verification> {
        self.oldest_first.iter().rev().cloned().collect()
    }

    pub(crate) fn refused_newest_first(&self) -> Vec<RefusedCall> {
        self.refused.iter().rev().copied().collect()
    }

    pub(crate) fn refused(&mut self, call: RefusedCall) {
        if self.refused.len() == CALLS {
            self.refused.pop_front();
        }
        self.refused.push_back(call);
    }

    pub(crate) fn event(&mut self, id: &str, mut event: Event) {
        event.came = cut(&event.came);
        let verification = self.of(id);
        if verification.events.len() < EVENTS {
            verification.events.push(event);
        }
    }

    pub(crate) fn request(&mut self, id: &str, sent: &str, notices: Vec<Both>) {
        let verification = self.of(id);
        verification.sent = cut(sent);
        verification.notices = notices;
    }

    /// The one of this id, or a new one in the place of the oldest.
    fn of(&mut self, id: &str) -> &mut Verification {
        let known = self
            .oldest_first
            .iter()
            .rposition(|verification| verification.id == id);
        let index = known.unwrap_or_else(|| {
            if self.oldest_first.len() == VERIFICATIONS {
                self.oldest_first.pop_front();
            }
            self.oldest_first.push_back(Verification {
                id: id.to_owned(),
                sent: String::new(),
                notices: Vec::new(),
                events: Vec::new(),
            });
            self.oldest_first.len() - 1
        });
        &mut self.oldest_first[index]
    }
}

fn cut(text: &str) -> String {
    let end = text.floor_char_boundary(TEXT);
    if end == text.len() {
        text.to_owned()
    } else {
        format!("{}…", &text[..end])
    }
}
