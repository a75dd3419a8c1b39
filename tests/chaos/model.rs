//! What the service must have done and said, given what NICE was asked: a
//! second, plain telling of its rules, which follows the calls one by one.
//!
//! Where the service may do one thing or another (time passes, the budget
//! of retries runs dry), the calls themselves say what it did, and the model
//! only checks that it was free to.

use std::collections::HashSet;

use crate::{
    deck::Entry,
    expectation::{Call, Effect, Failure, Hit, Told, UNAVAILABLE, refused},
};

/// Retries that a service has at its start, whatever else it does; beyond
/// them it may or may not have some.
const SAFE_RETRIES: u32 = 10;

/// How a try ended: rightly or not, unless the service broke a rule.
type Try = Result<Result<(), Failure>, String>;

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
            let failure = match self.attempt(calls)? {
                Ok(()) => return Ok(Ok(())),
                Err(failure) => failure,
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

    fn attempt(&mut self, calls: &mut Calls) -> Try {
        if self.held.is_none()
            && let Err(failure) = self.institution_token(calls)?
        {
            return Ok(Err(failure));
        }
        let first = self.crypto_token(calls)?;
        if first != Err(TOKEN_REFUSED) {
            return Ok(first);
        }
        if calls.0.first() != Some(&Call::InstitutionToken) {
            // A token that never worked isn't replaced again and again.
            if self.held.is_some_and(|held| held.accepted) {
                return Err("a token that had worked wasn't replaced".to_owned());
            }
            return Ok(Err(TOKEN_REFUSED));
        }
        if let Err(failure) = self.institution_token(calls)? {
            return Ok(Err(failure));
        }
        self.crypto_token(calls)
    }

    fn institution_token(&mut self, calls: &mut Calls) -> Try {
        calls.expect(Call::InstitutionToken)?;
        Ok(match self.suffer(Call::InstitutionToken) {
            Effect::Lost(failure) | Effect::Spoils(failure) => Err(failure),
            Effect::TokenRefused => Err(TOKEN_REFUSED),
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

    fn crypto_token(&mut self, calls: &mut Calls) -> Try {
        calls.expect(Call::CryptoToken)?;
        let effect = self.suffer(Call::CryptoToken);
        let held = self.held.as_mut().unwrap();
        if effect == Effect::TokenDies {
            self.living += 1;
        }
        let outcome = match effect {
            Effect::Lost(failure) => Err(failure),
            Effect::ClockAhead => Err(refused("CLOCK_SKEW")),
            Effect::TokenRefused => Err(TOKEN_REFUSED),
            _ if held.number != self.living => Err(TOKEN_REFUSED),
            Effect::Spoils(failure) => Err(failure),
            // The first id came before any fault did.
            Effect::Repeats => Err(UNAVAILABLE),
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

/// 1401 or 1800: told to a caller only when a new token doesn't help.
const TOKEN_REFUSED: Failure = refused("CREDENTIALS");

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
