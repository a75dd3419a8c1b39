//! Every fault of the sandbox, in random orders, against the whole service.
//! Each answer fits what happened to NICE's calls, every caller is answered
//! in time, no task or socket is left, no token is used twice, and the
//! service recovers by itself.
//!
//! Without settings this is a smoke test of about ten seconds. With
//! `CHAOS_ORDERS=200` or more, every fault of the catalogue has to occur.
//! `CHAOS_SEED`, `CHAOS_ORDERS` and `CHAOS_ORDER` (a single order) repeat a
//! run; a failure prints them.

mod catalogue;
mod deck;
mod expectation;
mod model;
mod order;
mod reply;
mod scene;
mod upstream;

use std::{
    cmp::Reverse,
    collections::HashSet,
    env, fs,
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use deck::{Deck, Order};
use expectation::Hit;

/// An order mostly waits, so many run in parallel.
const AT_ONCE: usize = 40;
/// The orders of a smoke test.
const SMOKE: u64 = 24;
/// Set in the process that plays the orders.
const ALONE: &str = "CHAOS_ALONE";

/// What all orders of a run share.
#[derive(Default)]
struct Run {
    tokens: Mutex<HashSet<String>>,
    suffered: Mutex<HashSet<Hit>>,
    failures: Mutex<Vec<String>>,
}

#[test]
fn every_fault_in_random_orders_is_answered_rightly_and_got_over() {
    // It counts the open sockets of its process, which other tests must not share.
    if env::var_os(ALONE).is_some() {
        play_all();
        return;
    }
    let test = concat!(
        "chaos::",
        "every_fault_in_random_orders_is_answered_rightly_and_got_over"
    );
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(ALONE, "yes")
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "see above");
}

fn play_all() {
    let seed = setting("CHAOS_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let wanted = setting("CHAOS_ORDERS");
    let orders = wanted.unwrap_or(SMOKE);
    say(&format!("CHAOS_SEED={seed} CHAOS_ORDERS={orders}"));
    let hits = on_a_runtime(catalogue::hits());
    let deck = Deck::shuffled(&hits, seed, usize::try_from(orders).unwrap());
    let run = Run::default();
    let descriptors = open_descriptors();

    if let Some(one) = setting("CHAOS_ORDER") {
        play(&run, &[deck.order(usize::try_from(one).unwrap())]);
    } else {
        let mut orders: Vec<Order> = (0..deck.orders()).map(|index| deck.order(index)).collect();
        // Or one of the last would be waited for alone.
        orders.sort_by_key(|order| Reverse(order.slowness()));
        play(&run, &orders);
        if wanted.is_some() {
            play_the_rest(&run, &hits);
        }
    }

    let failures = run.failures.into_inner().unwrap();
    assert!(
        failures.is_empty(),
        "CHAOS_SEED={seed} CHAOS_ORDERS={orders}: {} failed:\n{}",
        failures.len(),
        failures.join("\n\n")
    );
    assert_eq!(open_descriptors(), descriptors, "sockets are left open");
    say(&format!(
        "{} tokens, none twice",
        run.tokens.lock().unwrap().len()
    ));
}

/// Plays each fault that the orders have not reached.
fn play_the_rest(run: &Run, hits: &[Hit]) {
    let mut rest = hits.to_vec();
    rest.retain(|hit| !run.suffered.lock().unwrap().contains(hit));
    let orders: Vec<Order> = rest.into_iter().map(Order::of_one).collect();
    play(run, &orders);
    let suffered = run.suffered.lock().unwrap();
    let missing: Vec<&Hit> = hits.iter().filter(|hit| !suffered.contains(hit)).collect();
    let failed = !run.failures.lock().unwrap().is_empty();
    assert!(failed || missing.is_empty(), "never occurred: {missing:?}");
}

/// Plays orders in parallel. An order that fails is played again alone: on a
/// busy machine a good answer may come after NICE's time-out, which is not
/// the service's fault. A real fault fails again.
fn play(run: &Run, orders: &[Order]) {
    let next = AtomicUsize::new(0);
    let again = Mutex::new(Vec::new());
    let worker = || {
        while let Some(order) = orders.get(next.fetch_add(1, Ordering::Relaxed)) {
            if on_a_runtime(order::play(order, run)).is_err() {
                again.lock().unwrap().push(order);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(orders.len()) {
            scope.spawn(worker);
        }
    });
    for order in again.into_inner().unwrap() {
        say(&format!("CHAOS_ORDER={} again, alone", order.name));
        if let Err(failure) = on_a_runtime(order::play(order, run)) {
            let failure = format!("CHAOS_ORDER={}: {failure}", order.name);
            run.failures.lock().unwrap().push(failure);
        }
    }
}

/// A runtime of its own for each order, so that its tasks can be counted.
fn on_a_runtime<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let output = runtime.block_on(future);
    runtime.shutdown_timeout(Duration::from_secs(10));
    output
}

fn setting(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().expect("a whole number"))
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

#[expect(clippy::print_stderr, reason = "the seed repeats a run")]
fn say(text: &str) {
    eprintln!("{text}");
}
