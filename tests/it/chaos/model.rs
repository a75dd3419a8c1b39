//! What the service must have done and said, given what NICE was asked: a
//! second, plain telling of its rules, which follows the calls one by one.
//!
//! Where the service may do one thing or another (time passes, the budget
//! of retries runs dry), the calls themselves say what it did, and the model
//! only checks that it was free to.

use std::collections::HashSet;

use super::{
    deck::Entry,
    expectation::{Call, Effect, Failure, Hit, Told, UNAVAILABLE, refused},
};

/// Retries that a service has at its start, whatever else it does; beyond
/// them it may or may not have some.
const SAFE_RETRIES: u32 = 10;

/// How a call or a try ended, unless the service broke a rule.
type Ended = Result<Result<(), Fault>, String>;

/// What was wrong with a call.
enum Fault {
    Failed(Failure),
    /// The institution token, or the time with it, is said to be wrong.
    TokenRefused,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Failed(failure) => failure,
            // Told only when a new token didn't help.
            Fault::TokenRefused => refused("CREDENTIALS"),
        }
    }
}

#[derive(Default)]
pub(crate) struct Model {
    /// What is switched on, with the times that are left.
    pub(crate) entries: Vec<Entry>,
    /// What has happened to some call.
    pub(crate) suffered: HashSet<Hit>,
    held: Option<Held>,
    /// The institution token that NICE accepts, by number.
    living: u32,
    /// The failure that refills pause after.
    breaker: Option<Told>,
    retries: u32,
}

/// The institution token of the service.
#[derive(Clone, Copy)]
struct Held {
    number: u32,
    accepted: bool,
}

impl Model {
    /// Follows the calls that one request led to, and says what its caller
    /// must be told.
    pub(crate) fn follow(&mut self, calls: &[Call]) -> Result<Result<(), Told>, String> {
        if calls.is_empty() {
            return match self.breaker {
                Some(told) => Ok(Err(told)),
                None => Err("NICE wasn't asked, although the breaker is closed".to_owned()),
            };
        }
        let mut calls = Calls(calls);
        let outcome = self.fetch(&mut calls)?;
        if !calls.0.is_empty() {
            return Err(format!("too many calls; {outcome:?} was final: {calls:?}"));
        }
        self.breaker = outcome.err();
        Ok(outcome)
    }

    fn fetch(&mut self, calls: &mut Calls) -> Result<Result<(), Told>, String> {
        let probe = self.breaker.is_some();
        let mut tried = 0;
        loop {
            let failure: Failure = match self.attempt(calls)? {
                Ok(()) => return Ok(Ok(())),
                Err(fault) => fault.into(),
            };
            if calls.0.is_empty() {
                let more = !probe && tried < failure.retries;
                if more && self.retries < SAFE_RETRIES {
                    return Err(format!("gave up after try {}: {failure:?}", tried + 1));
                }
                return Ok(Err(failure.told));
            }
            if probe || tried >= failure.retries {
                return Err(format!("tried again after {failure:?}, probe: {probe}"));
            }
            tried += 1;
            self.retries += 1;
        }
    }

    fn attempt(&mut self, calls: &mut Calls) -> Ended {
        if self.held.is_none()
            && let Err(fault) = self.institution_token(calls)?
        {
            return Ok(Err(fault));
        }
        let first = self.crypto_token(calls)?;
        if !matches!(first, Err(Fault::TokenRefused)) {
            return Ok(first);
        }
        if calls.0.first() != Some(&Call::InstitutionToken) {
            // A token that never worked isn't replaced again and again.
            if self.held.is_some_and(|held| held.accepted) {
                return Err("a token that had worked wasn't replaced".to_owned());
            }
            return Ok(first);
        }
        if let Err(fault) = self.institution_token(calls)? {
            return Ok(Err(fault));
        }
        self.crypto_token(calls)
    }

    fn institution_token(&mut self, calls: &mut Calls) -> Ended {
        calls.expect(Call::InstitutionToken)?;
        Ok(match self.suffer(Call::InstitutionToken) {
            Effect::Lost(failure) | Effect::Spoils(failure) => Err(Fault::Failed(failure)),
            Effect::TokenRefused => Err(Fault::TokenRefused),
            Effect::Real | Effect::ClockAhead => {
                self.held = Some(Held {
                    number: self.living,
                    accepted: false,
                });
                Ok(())
            }
            Effect::TokenDies | Effect::Repeats => unreachable!("not at this call"),
        })
    }

    fn crypto_token(&mut self, calls: &mut Calls) -> Ended {
        calls.expect(Call::CryptoToken)?;
        let effect = self.suffer(Call::CryptoToken);
        let held = self.held.as_mut().unwrap();
        if effect == Effect::TokenDies {
            self.living += 1;
        }
        let outcome = match effect {
            Effect::Lost(failure) => Err(Fault::Failed(failure)),
            Effect::ClockAhead => Err(Fault::Failed(refused("CLOCK_SKEW"))),
            Effect::TokenRefused => Err(Fault::TokenRefused),
            _ if held.number != self.living => Err(Fault::TokenRefused),
            Effect::Spoils(failure) => Err(Fault::Failed(failure)),
            // The first id came before any fault did.
            Effect::Repeats => Err(Fault::Failed(UNAVAILABLE)),
            Effect::Real | Effect::TokenDies => Ok(()),
        };
        if outcome.is_ok() {
            held.accepted = true;
        }
        Ok(outcome)
    }

    /// Uses up one time of the call's first entry.
    fn suffer(&mut self, call: Call) -> Effect {
        let Some(index) = self.entries.iter().position(|entry| entry.hit.call == call) else {
            return Effect::Real;
        };
        let entry = &mut self.entries[index];
        let hit = entry.hit.clone();
        match &mut entry.times {
            Some(1) => drop(self.entries.remove(index)),
            Some(times) => *times -= 1,
            None => {}
        }
        let effect = hit.effect;
        self.suffered.insert(hit);
        effect
    }
}

/// The calls that are left.
#[derive(Debug)]
struct Calls<'a>(&'a [Call]);

impl Calls<'_> {
    fn expect(&mut self, call: Call) -> Result<(), String> {
        match self.0.split_first() {
            Some((first, rest)) if *first == call => {
                self.0 = rest;
                Ok(())
            }
            other => Err(format!("{call:?} should come next, not {other:?}")),
        }
    }
}
