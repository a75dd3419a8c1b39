//! One order: a service, its faults one after another or at once, and what
//! it must be like in between and in the end.

use std::{collections::HashSet, time::Duration};

use serde_json::{Value, json};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{
    Run,
    deck::{Dice, Entry, Order},
    expectation::{Call, Effect, Hit, Told},
    model::Model,
    reply::{Reply, answered, ask},
    scene::{PATIENCE, Scene, Upstream},
};

/// Between the requests of a caller who is told that refills pause.
const PACE: Duration = Duration::from_millis(50);
/// Requests of a step that get through to NICE, at most.
const ENOUGH: usize = 4;
/// Callers at once, twice as many as calls to NICE.
const CROWD: usize = 8;

struct Play<'a> {
    scene: &'a Scene,
    model: Model,
    run: &'a Run,
}

pub(crate) async fn play(order: &Order, run: &Run) -> Result<(), String> {
    let dice = Dice::new(order.seed);
    let manner = if dice.once_in(2) {
        Upstream::Closes
    } else {
        Upstream::KeepsAlive
    };
    let mut scene = Scene::new(manner).await;
    let mut steps = steps(&order.hits, &dice);
    let crowded = (order.hits.len() > 1 && dice.once_in(3))
        .then(|| steps.pop())
        .flatten();
    // A repeated id must have come to the service before.
    let repeats = order.hits.iter().any(|hit| hit.effect == Effect::Repeats);
    let from_the_start = (!steps.is_empty() && !repeats && dice.once_in(4))
        .then(|| steps.remove(0))
        .map(|hits| entries(&hits, false, &dice));

    let mut model = Model::default();
    if let Some(entries) = from_the_start {
        put(&scene, &entries).await;
        model.entries = entries;
    }
    scene.start().await;
    scene.tried().await?;
    let mut play = Play {
        scene: &scene,
        model,
        run,
    };
    let calls = scene.calls.take()?;
    // Nobody is told how the first fetch ended.
    let _ = play.model.follow(&calls)?;
    let played = play.through(&steps, crowded.as_deref(), &dice).await;
    run.suffered.lock().unwrap().extend(play.model.suffered);
    played.map_err(|failure| format!("{failure}; {manner:?}, {steps:?}, {crowded:?}"))?;
    scene.end().await
}

impl Play<'_> {
    async fn through(
        &mut self,
        steps: &[Vec<Hit>],
        crowded: Option<&[Hit]>,
        dice: &Dice,
    ) -> Result<(), String> {
        // What was on from the start may still be.
        self.suffer().await?;
        self.recover().await?;
        for hits in steps {
            let entries = entries(hits, true, dice);
            put(self.scene, &entries).await;
            self.model.entries = entries;
            self.suffer().await?;
            self.recover().await?;
        }
        if let Some(hits) = crowded {
            self.crowd(&entries(hits, true, dice)).await?;
        }
        self.scene.nothing_is_left().await
    }

    /// Sends requests, one after another, until all that may happen has.
    async fn suffer(&mut self) -> Result<(), String> {
        let began = Instant::now();
        let mut through = 0;
        while self.model.entries.iter().any(|entry| entry.times.is_some()) || through == 0 {
            if through == ENOUGH || began.elapsed() > PATIENCE {
                break;
            }
            let (_, calls) = self.request().await?;
            through += usize::from(calls > 0);
            if calls == 0 {
                sleep(PACE).await;
            }
        }
        Ok(())
    }

    /// All faults off: soon a request is answered, and the breaker closed.
    async fn recover(&mut self) -> Result<(), String> {
        self.scene.faults("DELETE", None).await;
        self.model.entries.clear();
        let began = Instant::now();
        while let (Err(told), _) = self.request().await? {
            if began.elapsed() > PATIENCE {
                return Err(format!("{told:?} although nothing is wrong any more"));
            }
            sleep(PACE).await;
        }
        if !self.scene.breaker_is_closed() {
            return Err("the breaker is open after a success".to_owned());
        }
        Ok(())
    }

    /// One request, held against the model; how many calls it led to.
    async fn request(&mut self) -> Result<(Reply, usize), String> {
        let before = self.model.entries.clone();
        let reply = ask(self.scene).await?;
        let calls = self.scene.calls.take()?;
        let context = |what: String| format!("{what}: {reply:?} after {calls:?} with {before:?}");
        let expected = self.model.follow(&calls).map_err(context)?;
        match (&reply, expected) {
            (Ok(token), Ok(())) => self.first_time(token)?,
            (Err(told), Err(expected)) if *told == expected => {}
            _ => return Err(context(format!("should be {expected:?}"))),
        }
        if !calls.is_empty() {
            let left = active(self.scene).await;
            let expected = self.model.entries.iter().map(written).collect();
            if left != Value::Array(expected) {
                return Err(context(format!("{left} is left")));
            }
        }
        Ok((reply, calls.len()))
    }

    /// Many callers at once: whose calls a fault hits is anybody's guess.
    async fn crowd(&mut self, entries: &[Entry]) -> Result<(), String> {
        put(self.scene, entries).await;
        let possible = possible(entries);
        let mut callers = JoinSet::new();
        for _ in 0..CROWD {
            callers.spawn(answered(self.scene.request()));
        }
        while let Some(reply) = callers.join_next().await {
            match reply.unwrap()? {
                Ok(token) => self.first_time(&token)?,
                Err(told) if possible.contains(&told) => {}
                Err(told) => return Err(format!("{told:?} out of {entries:?}")),
            }
        }
        self.scene.calls.take()?;
        self.scene.faults("DELETE", None).await;
        let began = Instant::now();
        while let Err(told) = ask(self.scene).await? {
            if began.elapsed() > PATIENCE {
                return Err(format!("{told:?} although nothing is wrong any more"));
            }
            sleep(PACE).await;
        }
        if !self.scene.breaker_is_closed() {
            return Err("the breaker is open after a success".to_owned());
        }
        self.scene.calls.take().map(drop)
    }

    fn first_time(&self, token: &str) -> Result<(), String> {
        if self.run.tokens.lock().unwrap().insert(token.to_owned()) {
            Ok(())
        } else {
            Err(format!("{token} came twice"))
        }
    }
}

/// One to three faults each.
fn steps(hits: &[Hit], dice: &Dice) -> Vec<Vec<Hit>> {
    let mut steps = Vec::new();
    let mut rest = hits;
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.len().min(1 + dice.below(3)));
        steps.push(step.to_vec());
        rest = after;
    }
    steps
}

/// The faults of a step as they are switched on. A service that runs asks
/// for an institution token only when its own is refused.
fn entries(hits: &[Hit], runs: bool, dice: &Dice) -> Vec<Entry> {
    let mut entries = Vec::new();
    if runs && hits.iter().any(|hit| hit.call == Call::InstitutionToken) {
        entries.push(Entry::killer(dice));
    }
    for (index, hit) in hits.iter().enumerate() {
        let last = !hits[index + 1..].iter().any(|next| next.call == hit.call);
        entries.push(Entry::drawn(hit.clone(), last, dice));
    }
    entries
}

/// Everything that a caller may be told while these are on.
fn possible(entries: &[Entry]) -> HashSet<Told> {
    let mut possible = HashSet::new();
    for entry in entries {
        possible.insert(match entry.hit.effect {
            Effect::Lost(failure) | Effect::Spoils(failure) => failure.told,
            Effect::TokenRefused | Effect::TokenDies => Told::Refused("CREDENTIALS"),
            Effect::ClockAhead => Told::Refused("CLOCK_SKEW"),
            Effect::Repeats => Told::Unavailable,
            Effect::Real => continue,
        });
    }
    possible
}

fn written(entry: &Entry) -> Value {
    json!({
        "call": entry.hit.call.name(),
        "fault": entry.hit.fault,
        "delay": entry.delay.map(|delay| format!("{delay}ms")),
        "times": entry.times,
    })
}

async fn put(scene: &Scene, entries: &[Entry]) {
    let list: Vec<Value> = entries.iter().map(written).collect();
    scene
        .faults("PUT", Some(Value::Array(list).to_string()))
        .await;
}

async fn active(scene: &Scene) -> Value {
    let listing = scene.faults("GET", None).await;
    serde_json::from_str::<Value>(&listing).unwrap()["active"].take()
}
