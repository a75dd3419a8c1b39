//! What operators' tools ask, on an address of its own (`ADMIN_BIND`).

use std::sync::Arc;

use axum::{
    Router,
    http::{
        HeaderMap,
        header::{ACCEPT, CONTENT_TYPE},
    },
    response::IntoResponse,
    routing::get,
};

use crate::metrics::Metrics;

/// `/metrics`, for Prometheus.
pub fn admin_router(metrics: Arc<Metrics>) -> Router {
    Router::new().route(
        "/metrics",
        get(async move |headers: HeaderMap| print(&metrics, &headers)),
    )
}

fn print(metrics: &Metrics, headers: &HeaderMap) -> impl IntoResponse + use<> {
    let (format, text) = if Wishes::of(headers).prefer_open_metrics() {
        (
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
            metrics.print(),
        )
    } else {
        (
            "text/plain; version=0.0.4; charset=utf-8",
            metrics.print_text_format(),
        )
    };
    ([(CONTENT_TYPE, format)], text)
}

/// How much the caller wants each format: the weights of `Accept`.
#[derive(Debug, Default)]
struct Wishes {
    open_metrics: f32,
    text: Option<f32>,
    /// Any format at all.
    any: f32,
}

impl Wishes {
    fn of(headers: &HeaderMap) -> Self {
        let mut wishes = Self::default();
        let ranges = headers
            .get_all(ACCEPT)
            .iter()
            .flat_map(|line| line.to_str().unwrap_or_default().split(','));
        for range in ranges {
            let mut parts = range
                .split(';')
                .map(|part| part.trim().to_ascii_lowercase());
            let media_type = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").map(str::to_owned))
                .map_or(1.0, |weight| weight.parse().unwrap_or_default());
            match media_type.as_str() {
                "application/openmetrics-text" => {
                    wishes.open_metrics = wishes.open_metrics.max(weight);
                }
                "text/plain" => wishes.text = Some(wishes.text.unwrap_or_default().max(weight)),
                "text/*" | "*/*" => wishes.any = wishes.any.max(weight),
                _ => {}
            }
        }
        wishes
    }

    /// Only who names it gets it: an older scraper, or a person with curl,
    /// reads the other one.
    fn prefer_open_metrics(&self) -> bool {
        self.open_metrics > 0.0 && self.open_metrics >= self.text.unwrap_or(self.any)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn prefers_open_metrics(accept: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for line in accept {
            headers.append(ACCEPT, HeaderValue::from_static(line));
        }
        Wishes::of(&headers).prefer_open_metrics()
    }

    #[test]
    fn who_prefers_open_metrics_gets_it() {
        for accept in [
            // Prometheus 2.42 and 3.5.
            &[
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            ][..],
            &[
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
            ],
            &["application/openmetrics-text"],
            &["Application/OpenMetrics-Text ; Q=0.2"],
            &["text/plain;q=0.5", "application/openmetrics-text;q=0.7"],
            &["*/*;q=0.1,application/openmetrics-text;q=0.1"],
        ] {
            assert!(prefers_open_metrics(accept), "{accept:?}");
        }
    }

    #[test]
    fn everybody_else_gets_the_text_format() {
        for accept in [
            &[][..],
            &["*/*"],
            &["text/plain;version=0.0.4"],
            &["text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5"],
            &["application/openmetrics-text;q=0"],
            &["application/openmetrics-text;q=nonsense"],
            &["application/json"],
            &["application/openmetrics-text-of-another-kind"],
        ] {
            assert!(!prefers_open_metrics(accept), "{accept:?}");
        }
    }
}
