//! `errors`: prints `docs/errors.md` from the tables that the service obeys.

mod korean;

use std::{fmt::Write, process::ExitCode};

use clap::{Args, ValueEnum};

use super::print;
use crate::{
    http::{Overload, Reason},
    nice::{Cause, Row, TABLES, Table, Verdict},
    verification::Rejection,
};

const INTRODUCTION: &str = r#"# Errors

<!-- Printed by `member-verification errors`; change the program, not this. -->

[한국어](errors.ko.md)

Every failure is the contract's envelope with code `900`. `payload.reason` is for
programs. `message` is for people and says what to do: in Korean, or in English when
`Accept-Language` prefers it.

```json
{"timestamp":"2026-11-25T09:12:27.019727+09:00","code":"900","message":"Some fields are not valid. Fix every field listed in errors and send the request again.","isProcess":false,"payload":{"reason":"INVALID_REQUEST","requestId":"QyNbKWfOqXV0FCT87TzT","retryable":false,"kind":"final"},"error":true,"errors":[{"field":"authtype","message":"must be one of M, C, X, U, F, S"}]}
```

`payload.requestId` is also in the header `x-request-id` and in the log line. Give it
to the operator of the service.

## Reasons

*Retry*: whether the same call may succeed later (`payload.retryable`). 429 and 503
come with `Retry-After`, in seconds.

*Kind* (`payload.kind`): whether trying again makes sense, as in the popup kit.
`retry`: the call, or a new verification, may succeed. `final`: it fails until
something is fixed. `cancelled`: the person stopped; this includes
`VERIFICATION_FAILED` with the `resultcode` 0072.

| `reason` | HTTP | Retry | Kind | When | What to do |
|---|---|---|---|---|---|
"#;

const OVERLOADED: &str = "
Broken HTTP (a bad request line, headers that are too long, a cut connection) gets no
envelope. A caller who leaves before the answer appears only in the log and the
metrics, with status 499: [operations.md](operations.md#callers-who-leave).

## `OVERLOADED`

The caller does not see which limit was reached; the log's `error` says it.

| The log's `error` begins with | When | What to do |
|---|---|---|
";

const CAUSES: &str = "
## `ERROR_STATUS`

| Value | HTTP status of a failure |
|---|---|
| http | as in the table above; the default |
| ok200 | 200, for callers that only read `error` |
| wire900 | the contract's own 900 `Business Error`. Some HTTP clients don't treat it as an error, some proxies answer 502 instead, and RFC 9110 calls it invalid |

## Causes of `NICE_REFUSED`

`payload.cause` names what the operator has to fix. `member-verification check` shows
the same, and the log has NICE's code and its message. With 통합인증 no call
of the shop reaches NICE, so a refusal appears on the window's page, in the log and in
`check`.

| `cause` | NICE's codes | What to do with the standard window | `result_code` of 통합인증: [what to do](#nices-codes-통합인증) |
|---|---|---|---|
";

const RETRIES: &str = "
GW is `dataHeader.GW_RSLT_CD`; `rsp_cd` and `result_cd` are in `dataBody`; `result_code` is
that of 통합인증 (`NICE_API=integrated`).

Not every code is a cause:

| NICE's codes | What the service does |
|---|---|
";

const CODES: &str = "
A budget over all calls limits the retries, so that an outage does not triple the load
on NICE: when it is spent, a call fails at its first try. NICE returns a result of
통합인증 once, so the call for it is tried again only if it certainly never reached NICE,
or if NICE refused its token.

## NICE's codes, standard window

| Field | Code | Meaning |
|---|---|---|
";

const INTEGRATED: &str = "
## NICE's codes, 통합인증

For a code that is not listed the first digit decides: 2 is tried again, with 3 the person
begins again, anything else is `UNKNOWN`.

| `result_code` | Meaning | What the service does | What to do |
|---|---|---|---|
";

const CHECKS: &str = "
## Checks of a result

The caller gets `RESULT_REJECTED` for each of these checks: a difference would help an
attacker. The log's `error` and the metric
`member_verification_verifications_total` name the check; in the sandbox the header
`x-sandbox-why` does too.

| Check | Fails when | Most often |
|---|---|---|
";

#[derive(Args, Debug)]
pub(super) struct ErrorsArgs {
    /// The language to write it in
    #[arg(long, value_enum, default_value = "en")]
    language: Language,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    En,
    Ko,
}

pub(super) fn run(args: &ErrorsArgs) -> ExitCode {
    let text = match args.language {
        Language::En => markdown(),
        Language::Ko => korean::markdown(),
    };
    print::to_stdout(text.trim_end());
    ExitCode::SUCCESS
}

fn markdown() -> String {
    let rows = [
        (INTRODUCTION, reasons()),
        (OVERLOADED, limits()),
        (CAUSES, causes()),
        (RETRIES, retries()),
        (CODES, codes(|row| row.meaning.en)),
        (INTEGRATED, integrated_codes()),
        (CHECKS, checks()),
    ];
    rows.into_iter()
        .flat_map(|(heading, rows)| [heading.to_owned(), rows])
        .collect()
}

fn reasons() -> String {
    lines(Reason::ALL, |reason| {
        let facts = reason.facts();
        let retry = if facts.retryable { "yes" } else { "no" };
        let (name, status) = (facts.name, facts.status.as_u16());
        format!(
            "`{name}` | {status} | {retry} | `{}` | {} | {}",
            reason.kind().name(),
            facts.when,
            facts.advice
        )
    })
}

fn limits() -> String {
    lines(Overload::ALL, |limit| {
        let facts = limit.facts();
        format!("{} | {} | {}", facts.error, facts.when, facts.advice)
    })
}

fn causes() -> String {
    lines(Cause::ALL, |cause| {
        let codes = codes_of_cause(cause, "(1800, see below)", "any other");
        let remedy = cause.remedy().en;
        let integrated = integrated_codes_of(cause).unwrap_or_else(|| "–".to_owned());
        format!("`{}` | {codes} | {remedy} | {integrated}", cause.name())
    })
}

fn codes_of_cause(cause: Cause, of_clock: &str, of_unknown: &str) -> String {
    match cause {
        Cause::ClockSkew => of_clock.to_owned(),
        Cause::Unknown => of_unknown.to_owned(),
        Cause::IpNotRegistered
        | Cause::ProductNotSubscribed
        | Cause::Credentials
        | Cause::Suspended
        | Cause::Quota
        | Cause::Protocol => codes_of(Verdict::Refused(cause), |table| !is_integrated(table)),
    }
}

/// Those of 통합인증, where the cause's own remedy doesn't fit.
fn integrated_codes_of(cause: Cause) -> Option<String> {
    let codes: Vec<_> = integrated_rows()
        .filter(|row| row.verdict == Verdict::Refused(cause))
        .map(|row| row.code)
        .collect();
    (!codes.is_empty()).then(|| codes.join(", "))
}

fn retries() -> String {
    let verdicts = [
        (
            Verdict::TokenRefused,
            "the institution token, the access token or the clock is wrong: reads the stored token \
             again, requests a new one once, and tries again. If that does not help: CREDENTIALS, or CLOCK_SKEW \
             after 1800 when the clocks are more than two minutes apart",
        ),
        (
            Verdict::ScopeRefused,
            "the access token may be older than the method: requests a new one once, and tries again. \
             If that does not help: PRODUCT_NOT_SUBSCRIBED",
        ),
        (
            Verdict::Backoff,
            "tries twice more, with a growing delay, then `NICE_UNAVAILABLE`",
        ),
        (
            Verdict::RetryOnce,
            "tries once more, then `NICE_UNAVAILABLE`",
        ),
        (Verdict::Fault, "`NICE_UNAVAILABLE` at once"),
        (Verdict::StartOver, "nothing: the person has to begin again"),
    ];
    lines(verdicts, |(verdict, what)| {
        format!("{} | {what}", codes_of(verdict, |_| true))
    })
}

/// As in `GW 1706, 1707; result_cd 0003`.
fn codes_of(verdict: Verdict, is_wanted: impl Fn(&Table) -> bool) -> String {
    let fields = TABLES.into_iter().filter(is_wanted).filter_map(|table| {
        let codes: Vec<_> = table
            .rows
            .iter()
            .filter(|row| row.verdict == verdict)
            .map(|row| row.code)
            .collect();
        let field = match table.field {
            "GW_RSLT_CD" => "GW".to_owned(),
            field => format!("`{field}`"),
        };
        (!codes.is_empty()).then(|| format!("{field} {}", codes.join(", ")))
    });
    fields.collect::<Vec<_>>().join("; ")
}

fn codes(meaning: impl Fn(&Row) -> &'static str) -> String {
    TABLES
        .into_iter()
        .filter(|table| !is_integrated(table))
        .map(|table| {
            lines(table.rows, |row| {
                format!("`{}` | {} | {}", table.field, row.code, meaning(row))
            })
        })
        .collect()
}

fn integrated_rows() -> impl Iterator<Item = &'static Row> {
    let tables = TABLES.into_iter().filter(is_integrated);
    tables.flat_map(|table| table.rows)
}

fn is_integrated(table: &Table) -> bool {
    table.field == "result_code"
}

/// With what to do in each row: NICE's console and its product codes, of which
/// the causes speak, are the standard window's.
fn integrated_codes() -> String {
    lines(integrated_rows(), |row| {
        let (code, meaning) = (row.code, row.meaning.en);
        let remedy = row.remedy.map_or("–", |remedy| remedy.en);
        format!("{code} | {meaning} | {} | {remedy}", in_short(row.verdict))
    })
}

fn in_short(verdict: Verdict) -> String {
    let text = match verdict {
        Verdict::Refused(cause) => return format!("`{}`", cause.name()),
        Verdict::TokenRefused => "a new access token and one more try, then `CREDENTIALS`",
        Verdict::ScopeRefused => {
            "a new access token and one more try, then `PRODUCT_NOT_SUBSCRIBED`"
        }
        Verdict::RetryOnce => "one more try, then `NICE_UNAVAILABLE`",
        Verdict::Backoff => "two more tries, then `NICE_UNAVAILABLE`",
        Verdict::StartOver => "begins again",
        Verdict::Fault => "`NICE_UNAVAILABLE`",
    };
    text.to_owned()
}

fn checks() -> String {
    lines(Rejection::ALL, |check| {
        let facts = check.facts();
        format!(
            "`{}` | {} | {}",
            facts.name, facts.fails_when, facts.most_often
        )
    })
}

fn lines<T>(items: impl IntoIterator<Item = T>, cells: impl Fn(T) -> String) -> String {
    let mut text = String::new();
    for item in items {
        // Writing to a string can't fail.
        let _ = writeln!(text, "| {} |", cells(item));
    }
    text
}
