//! W3C Trace Context: accepted from callers, logged, passed on to NICE.

use std::{fmt::Write, future::Future};

use arrayvec::ArrayString;

use crate::random::Random;

tokio::task_local! {
    static CURRENT: TraceContext;
}

/// A trace and one span of it, from or for a `traceparent` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// 32 hex digits, not all of them 0.
    trace_id: ArrayString<32>,
    /// 16 hex digits, not all of them 0.
    span_id: ArrayString<16>,
    flags: u8,
}

impl TraceContext {
    /// Parses a `traceparent`; `None` if it is invalid, since it then counts as
    /// absent. Of a later version only the fields of version 00 are read.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(5, '-');
        let version = hex::<2>(parts.next()?)?;
        let trace_id = hex::<32>(parts.next()?)?;
        let span_id = hex::<16>(parts.next()?)?;
        let flags = hex::<2>(parts.next()?)?;
        let more = parts.next().is_some();
        let known = &version == "00";
        if &version == "ff" || (known && more) || is_zero(&trace_id) || is_zero(&span_id) {
            return None;
        }
        Some(Self {
            trace_id,
            span_id,
            flags: u8::from_str_radix(&flags, 16).ok()?,
        })
    }

    /// Another span of the same trace.
    #[must_use]
    pub fn child(&self, random: &Random) -> Self {
        let mut bytes = [0; 8];
        random.fill(&mut bytes);
        // All zeros are not a valid span id.
        let number = u64::from_be_bytes(bytes).max(1);
        let mut span_id = ArrayString::new();
        // 16 digits fit.
        let _ = write!(span_id, "{number:016x}");
        Self { span_id, ..*self }
    }

    /// 32 hex digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// 16 hex digits.
    #[must_use]
    pub fn span_id(&self) -> &str {
        &self.span_id
    }

    /// The header's value, version 00.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-{:02x}", self.trace_id, self.span_id, self.flags)
    }

    /// Runs `work` with this span as the current one.
    pub fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }

    /// The current span, if the task runs within one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|context| *context).ok()
    }
}

fn hex<const LENGTH: usize>(text: &str) -> Option<ArrayString<LENGTH>> {
    let fits = text.len() == LENGTH
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    fits.then(|| ArrayString::from(text).ok()).flatten()
}

fn is_zero(digits: &str) -> bool {
    digits.bytes().all(|digit| digit == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_valid_header_reads_back() {
        let context = TraceContext::parse(GOOD).unwrap();
        assert_eq!(context.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(context.span_id(), "00f067aa0ba902b7");
        assert_eq!(context.traceparent(), GOOD);
    }

    #[test]
    fn a_later_version_may_have_more_fields() {
        let later = GOOD.replacen("00", "01", 1) + "-what-the-future-brings";
        assert_eq!(TraceContext::parse(&later).unwrap().traceparent(), GOOD);
    }

    #[test]
    fn an_invalid_header_counts_as_absent() {
        for text in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
            " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(TraceContext::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_child_is_another_span_of_the_same_trace() {
        let parent = TraceContext::parse(GOOD).unwrap();
        let child = parent.child(&Random::seeded(1));
        assert_eq!(child.trace_id(), parent.trace_id());
        assert_ne!(child.span_id(), parent.span_id());
        assert_eq!(TraceContext::parse(&child.traceparent()), Some(child));
    }
}
