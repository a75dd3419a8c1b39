//! Every fault of the sandbox, in random orders, against the whole service:
//! each answer is the right one for what happened to NICE's calls, nobody
//! waits for ever, nothing is left behind, no token comes twice, and the
//! service gets well by itself.
//!
//! `CHAOS_SEED`, `CHAOS_ORDERS` and `CHAOS_ORDER` (one of them alone) repeat
//! a run; what fails says which.

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
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use deck::{Deck, Order};
use expectation::Hit;

/// Most of an order is waiting, so many run at once.
const AT_ONCE: usize = 40;

/// What all orders of a run share.
#[derive(Default)]
struct Run {
    tokens: Mutex<HashSet<String>>,
    suffered: Mutex<HashSet<Hit>>,
    failures: Mutex<Vec<String>>,
}

#[test]
fn every_fault_in_random_orders_is_answered_rightly_and_got_over() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let seed = setting("CHAOS_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let orders = setting("CHAOS_ORDERS").unwrap_or(200);
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
        // A fault that others kept from happening has its turn now.
        let mut rest: Vec<Hit> = hits.clone();
        rest.retain(|hit| !run.suffered.lock().unwrap().contains(hit));
        let orders: Vec<Order> = rest.into_iter().map(Order::of_one).collect();
        play(&run, &orders);
        let suffered = run.suffered.lock().unwrap();
        let missing: Vec<&Hit> = hits.iter().filter(|hit| !suffered.contains(hit)).collect();
        let failed = !run.failures.lock().unwrap().is_empty();
        assert!(failed || missing.is_empty(), "never happened: {missing:?}");
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

/// Plays the orders beside each other. One that fails so is played again
/// alone: on a machine with too much to do, a good answer comes after NICE's
/// time-out, which is no mistake of the service. A mistake comes again.
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
