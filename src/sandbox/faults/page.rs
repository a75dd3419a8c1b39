//! `/sandbox/faults`: the catalogue for people.

use std::{fmt::Write, sync::Arc};

use axum::{
    extract::State as Shared,
    http::{
        HeaderMap,
        header::{CONTENT_SECURITY_POLICY, HOST},
    },
    response::{Html, IntoResponse, Response},
};

use super::{
    super::state::State,
    catalogue::{self, Fault},
    entry::Entry,
};

const STYLE: &str = "\
body{font:1rem/1.5 system-ui,sans-serif;max-width:75rem;margin:0 auto;padding:1rem;\
color:#1a1a1a;background:#fff}\
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:bold}\
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #999}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f2f2f2;padding:.5rem;margin:.3rem 0}\
.wide{overflow-x:auto}";

pub(super) async fn show(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    let active = state.faults().entries().to_vec();
    let html = page(
        &format!("http://{}/sandbox/api/faults", host(&headers)),
        &active,
    );
    let policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
                  frame-ancestors 'none'";
    ([(CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

/// Goes into a shell's command line, so nothing but an address gets in.
fn host(headers: &HeaderMap) -> &str {
    headers
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .filter(|host| {
            host.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
        })
        .unwrap_or("127.0.0.1:22001")
}

fn page(url: &str, active: &[Entry]) -> String {
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Faults · NICE sandbox</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>Faults <span lang=\"ko\">(장애 재현)</span></h1>\n\
         <p>This is a sandbox: nothing here is real. It can behave as NICE does on a bad day, for \
         each of its three calls: <code>institution_token</code>, <code>revoke</code> and \
         <code>crypto_token</code>. Switch faults on and off with the buttons or the commands \
         below.</p>\n\
         <ul>\n<li><code>times</code>: for so many calls; left out, until cleared.</li>\n\
         <li><code>delay</code>: wait first, such as <code>200ms</code>; goes with any fault.</li>\n\
         <li>Several entries for one call apply one after the other, each for its times.</li>\n\
         <li>Each command replaces what is on.</li>\n</ul>\n"
    );
    switched_on(&mut html, url, active);
    html.push_str(
        "<h2>Catalogue</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" \
         aria-label=\"Catalogue\">\n<table>\n<caption>All faults, and how to switch each on \
         </caption>\n<thead><tr><th scope=\"col\">Fault</th><th scope=\"col\">Stands for</th>\
         <th scope=\"col\">Switch on for</th></tr></thead>\n<tbody>\n",
    );
    for fault in catalogue::all() {
        row(&mut html, url, fault);
    }
    html.push_str("</tbody>\n</table>\n</div>\n</main>\n</body>\n</html>\n");
    html
}

fn switched_on(html: &mut String, url: &str, active: &[Entry]) {
    html.push_str("<h2>On at the moment</h2>\n");
    if active.is_empty() {
        html.push_str("<p>None.</p>\n");
    } else {
        let json = serde_json::to_string_pretty(active).unwrap_or_default();
        let _ = writeln!(html, "<pre>{}</pre>", escape(&json));
    }
    let _ = writeln!(
        html,
        "<form method=\"post\" action=\"/sandbox/faults/off\"><button>Switch all off</button></form>\n\
         <pre>curl -X DELETE {url}</pre>\n\
         <p>Show what is on, and the catalogue, as JSON:</p>\n<pre>curl {url}</pre>",
        url = escape(url)
    );
}

fn row(html: &mut String, url: &str, fault: &Fault) {
    let delay = if fault.name == "delay" {
        ",\"delay\":\"2s\""
    } else {
        ""
    };
    let call = fault.calls.last().map_or("", |call| call.name());
    let command = format!(
        "curl -X PUT {url} -d '[{{\"call\":\"{call}\",\"fault\":\"{}\"{delay},\"times\":1}}]'",
        fault.name
    );
    let buttons: Vec<_> = fault
        .calls
        .iter()
        .map(|call| {
            format!(
                "<button name=\"call\" value=\"{call}\" aria-label=\"Switch {name} on for {call}\">\
                 {call}</button>",
                call = call.name(),
                name = fault.name
            )
        })
        .collect();
    let _ = writeln!(
        html,
        "<tr id=\"{name}\"><th scope=\"row\"><code>{name}</code><br><span lang=\"ko\">{}</span></th>\
         <td>{}<pre>{}</pre></td><td><form method=\"post\" action=\"/sandbox/faults/on\">\
         <input type=\"hidden\" name=\"fault\" value=\"{name}\">\
         <label>times <input name=\"times\" size=\"4\" inputmode=\"numeric\" value=\"1\"></label><br>\
         <label>delay <input name=\"delay\" size=\"6\" placeholder=\"200ms\"></label><br>{}</form></td></tr>",
        escape(fault.title),
        escape(fault.stands_for),
        escape(&command),
        buttons.join(" "),
        name = fault.name,
    );
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            escape("<a href=\"x\">'&"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;"
        );
    }

    #[test]
    fn a_host_that_is_more_than_an_address_is_not_repeated() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "a;reboot".parse().unwrap());
        assert_eq!(host(&headers), "127.0.0.1:22001");
        headers.insert(HOST, "[::1]:22001".parse().unwrap());
        assert_eq!(host(&headers), "[::1]:22001");
    }

    #[test]
    fn each_entry_has_its_row() {
        let html = page("http://localhost/sandbox/api/faults", &[]);
        for fault in catalogue::all() {
            assert!(
                html.contains(&format!("<tr id=\"{}\">", fault.name)),
                "{}",
                fault.name
            );
        }
    }
}
