//! The random orders, made from a seed.

use member_verification::random::Random;

use super::expectation::{Call, Hit};

/// How many faults an order has.
const PER_ORDER: usize = 4;

/// Random numbers that are the same for the same seed.
pub(crate) struct Dice(Random);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        // The stream counts up from its seed: streams must not overlap.
        Self(Random::seeded(seed << 20))
    }

    /// A number from 0 up to `limit`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small numbers drawn at random"
    )]
    pub(crate) fn below(&self, limit: usize) -> usize {
        (self.0.fraction() * limit as f64) as usize
    }

    /// True once in `times`.
    pub(crate) fn once_in(&self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn shuffle<T>(&self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}

/// Every fault as often as every other, shuffled.
pub(crate) struct Deck {
    seed: u64,
    cards: Vec<Hit>,
}

/// What one service has to go through.
pub(crate) struct Order {
    pub(crate) name: String,
    pub(crate) seed: u64,
    pub(crate) hits: Vec<Hit>,
}

impl Deck {
    pub(crate) fn shuffled(hits: &[Hit], seed: u64, orders: usize) -> Self {
        let dice = Dice::new(seed);
        let mut cards = Vec::new();
        while cards.len() < orders * PER_ORDER {
            let mut pack = hits.to_vec();
            dice.shuffle(&mut pack);
            cards.extend(pack);
        }
        cards.truncate(orders * PER_ORDER);
        Self { seed, cards }
    }

    pub(crate) fn orders(&self) -> usize {
        self.cards.len() / PER_ORDER
    }

    pub(crate) fn order(&self, index: usize) -> Order {
        let first = index * PER_ORDER;
        Order {
            name: index.to_string(),
            seed: self.seed + 1 + index as u64,
            hits: self.cards[first..first + PER_ORDER].to_vec(),
        }
    }
}

impl Order {
    /// How many of its faults make callers wait.
    pub(crate) fn slowness(&self) -> usize {
        self.hits.iter().filter(|hit| is_slow(hit)).count()
    }

    /// One fault alone.
    pub(crate) fn of_one(hit: Hit) -> Self {
        Self {
            name: format!("({} at {})", hit.fault, hit.call.name()),
            seed: 0,
            hits: vec![hit],
        }
    }
}

/// Whether it takes a caller's patience to the end of a call.
fn is_slow(hit: &Hit) -> bool {
    matches!(hit.fault.as_str(), "stall" | "slow_body" | "half_open")
}

/// A fault that is switched on.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) hit: Hit,
    /// Absent: until cleared.
    pub(crate) times: Option<u32>,
    pub(crate) delay: Option<usize>,
}

impl Entry {
    /// At random; only the last one for its call may stay on.
    pub(crate) fn drawn(hit: Hit, last: bool, dice: &Dice) -> Self {
        let dies = matches!(hit.fault.as_str(), "token_expired" | "token_revoked");
        let slow = is_slow(&hit);
        let stays = last && !dies && dice.once_in(if slow { 6 } else { 3 });
        let delay = (hit.fault == "delay" || dice.once_in(5)).then(|| 1 + dice.below(30));
        let times = u32::try_from(1 + dice.below(if slow { 2 } else { 3 })).unwrap();
        Self {
            hit,
            times: (!stays).then_some(times),
            delay,
        }
    }

    /// Something that makes the service issue an institution token.
    pub(crate) fn killer(dice: &Dice) -> Self {
        let fault = if dice.once_in(2) {
            "token_expired"
        } else {
            "token_revoked"
        };
        Self {
            hit: Hit::new(Call::CryptoToken, fault),
            times: Some(1),
            delay: None,
        }
    }
}
