//! What a security review asks, tried from outside: HTTP against the running
//! program, or against the real router where time has to be moved.
//!
//! A test here bears the name of its item. What another test proves already
//! is not proven twice; this is where each item is:
//!
//! | Item | Proven by |
//! |---|---|
//! | 1 opening needs the key; no route returns a secret | `item_01_*`; no key in the settings: [`crate::opening`] |
//! | 2 no token, key or IV is shared | `item_02_*`; one that NICE gives twice: [`crate::patience`]; under any schedule: [`crate::pool`] |
//! | 3 integrity first, one answer for all | `item_03_*`; each bit: [`crate::vectors`]; each later step: [`crate::opening`] |
//! | 4 constant time | `item_04_*` |
//! | 5 another session's result | `item_05_*`; its reflection: [`crate::opening`] |
//! | 6 the same result twice | `what_one_instance_began_another_opens_once` in [`crate::fleet`], `of_fifty_parallel_openings_one_wins` in [`crate::opening`] |
//! | 7 too late | `item_07_*`; in Redis: [`crate::store`]; clocks that differ: [`crate::institution_token`] |
//! | 8 `returnurl` | `item_08_*`; any change of a listed one: [`crate::return_urls`] |
//! | 9 nothing in addresses | `item_09_*` |
//! | 10 stored nowhere | `item_10_*` |
//! | 11 the popup and its pages | `item_11_*`; the callback page's policy: [`crate::opening`]; messages, origins and swapped results: `tests/e2e/browser/test_stranger.py` |
//! | 12 custody of the keys | `item_12_*`; the session is no longer than the token: `item_07_*` |
//! | 13 floods | `item_13_*`; limits: [`crate::admission`] |
//! | 14 NICE's bad days | `item_14_*`; each fault of the sandbox: `tests/chaos`; timeouts, retries: [`crate::nice_codes`], [`crate::patience`]; breaker: [`crate::pool`] |
//! | 15 NICE's values | `item_15_*` |
//! | 16 TLS, loopback, the sandbox | `item_16_*`; live settings beside the sandbox: [`crate::settings`]; its data: `tests/sandbox_window/personas.rs` |
//! | 17 numbers from a CSPRNG | `item_17_*`; a caller's own: [`crate::request_rules`] |
//! | 18 nothing in logs | `item_18_*`; nothing clear in Redis: [`crate::fleet`] |
//! | 19 what failures tell | `item_19_*`; each status and language: [`crate::failures`] |
//! | 20 audit | `item_20_*` |
//! | 21 steps in their order | `item_21_*` |
//! | 22 bodies | `item_22_*`; declared lengths: [`crate::failures`]; lengths of fields: [`crate::request_rules`] |
//! | HMAC arguments swapped | [`crate::vectors`], which openssl and Python made |
//! | cipher text not decoded, integrity not compared | `tests/e2e/foreign/oracle`, `tests/e2e/foreign/test_nice_auth.py`: round trips with foreign clients |
//! | the institution token handed to visitors | `item_01_no_route_*`, `item_18_*` |
//! | keys in a cookie | `mistake_key_and_iv_*` |
//! | personal data in an address of the caller's | `mistake_personal_data_*` |
//! | the member taken from the address | `mistake_the_member_*` |
//! | any cipher text makes a record | `mistake_any_cipher_text_*` |
//! | `+` becomes a space | `a_form_opens_it_too_and_spaces_count_as_plus` in [`crate::opening`], `plus_not_escaped` in `tests/e2e/browser/test_flow.py` |
//! | weak request numbers | `item_17_*` |
//! | `charset=UTF8` | each answer of [`crate::nice_stub`] says it, and the sandbox's do: `tests/sandbox_faults.rs` |
//! | a narrower codec | [`crate::korean_names`] |
//! | keys of the newest token alone | `mistake_keys_kept_*` |
//! | no timeout | `an_unreachable_nice_is_unavailable_and_a_silent_one_times_out` in [`crate::nice_codes`] |

mod addresses;
mod answers;
mod audit;
mod bodies;
mod by_the_book;
mod keys;
mod live;
mod mistakes;
mod opening;
mod pages;
mod return_urls;
mod time;
mod told;
mod traces;
mod upstream;
mod upstream_tls;
mod window;
