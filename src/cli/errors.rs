//! `errors`: prints `docs/errors.md` from the tables that the service obeys.

use std::{fmt::Write, process::ExitCode};

use super::print;
use crate::{
    http::{Overload, Reason},
    nice::{Cause, TABLES, Verdict},
    verification::Rejection,
};

const INTRODUCTION: &str = r#"# Errors

<!-- Printed by `member-verification errors`; change the program, not this. -->

Every failure is the contract's envelope with code `900`. `payload.reason` is for
programs. `message` is for people and says what to do: in Korean, or in English when
`Accept-Language` prefers it.

```json
{"timestamp":"2026-11-25T09:12:27.019727396+09:00","code":"900","message":"Some fields are not valid. Fix every field listed in errors and send the request again.","isProcess":false,"payload":{"reason":"INVALID_REQUEST","requestId":"QyNbKWfOqXV0FCT87TzT","retryable":false},"error":true,"errors":[{"field":"authtype","message":"must be one of M, C, X, U, F, S"}]}
```

`payload.requestId` is also in the header `x-request-id` and in the log line. Give it
to the operator of the service.

## Reasons

*Retry*: whether the same call may succeed later (`payload.retryable`). 429 and 503
come with `Retry-After`, in seconds.

| `reason` | HTTP | Retry | When | What to do |
|---|---|---|---|---|
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
the same, and the log has NICE's code and its message.

| `cause` | NICE's codes | What to do |
|---|---|---|
";

const RETRIES: &str = "
GW is `dataHeader.GW_RSLT_CD`; the other two are in `dataBody`.

Not every code is a cause:

| NICE's codes | What the service does |
|---|---|
";

const CODES: &str = "
Retries are paid from a budget over all calls, so that an outage does not triple the
load on NICE: when the budget is spent, a call fails at its first try.

## NICE's codes

| Field | Code | Meaning |
|---|---|---|
";

const CHECKS: &str = "
## Checks of a result

The caller gets `RESULT_REJECTED` whichever check failed: a difference would help an
attacker. The log's `error` and the metric
`member_verification_verifications_total` name the check; in the sandbox the header
`x-sandbox-why` does too.

| Check | Fails when | Most often |
|---|---|---|
";

pub(super) fn run() -> ExitCode {
    print::to_stdout(markdown().trim_end());
    ExitCode::SUCCESS
}

fn markdown() -> String {
    let rows = [
        (INTRODUCTION, reasons()),
        (OVERLOADED, limits()),
        (CAUSES, causes()),
        (RETRIES, retries()),
        (CODES, codes()),
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
            "`{name}` | {status} | {retry} | {} | {}",
            facts.when, facts.advice
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
        let codes = match cause {
            Cause::ClockSkew => "(1800, see below)".to_owned(),
            Cause::Unknown => "any other".to_owned(),
            Cause::IpNotRegistered
            | Cause::ProductNotSubscribed
            | Cause::Credentials
            | Cause::Suspended
            | Cause::Quota
            | Cause::Protocol => codes_of(Verdict::Refused(cause)),
        };
        format!("`{}` | {codes} | {}", cause.name(), cause.remedy().en)
    })
}

fn retries() -> String {
    let verdicts = [
        (
            Verdict::TokenRefused,
            "the institution token or the clock: reads the stored token again, gets a new one issued \
             once, and tries again. If that does not help: CREDENTIALS, or CLOCK_SKEW after 1800 when \
             the clocks are more than two minutes apart",
        ),
        (
            Verdict::Backoff,
            "tries twice more, with a growing delay, then `NICE_UNAVAILABLE`",
        ),
        (
            Verdict::RetryOnce,
            "tries once more, then `NICE_UNAVAILABLE`",
        ),
    ];
    lines(verdicts, |(verdict, what)| {
        format!("{} | {what}", codes_of(verdict))
    })
}

/// As in `GW 1706, 1707; result_cd 0003`.
fn codes_of(verdict: Verdict) -> String {
    let fields = TABLES.into_iter().filter_map(|table| {
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

fn codes() -> String {
    TABLES
        .into_iter()
        .map(|table| {
            lines(table.rows, |row| {
                format!("`{}` | {} | {}", table.field, row.code, row.meaning)
            })
        })
        .collect()
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
