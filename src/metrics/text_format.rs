//! The text format 0.0.4, for whoever doesn't ask for `OpenMetrics`: the library
//! writes that alone. The two differ in little, as far as it is used here:
//! there are no exemplars and no timestamps.

/// The same metrics in the older format.
pub(super) fn from_open_metrics(text: &str) -> String {
    let mut older = String::with_capacity(text.len());
    let mut help = "";
    for line in text.lines() {
        if let Some(about) = line.strip_prefix("# HELP ") {
            // It comes before the type, on which the name depends.
            help = about;
        } else if let Some(typed) = line.strip_prefix("# TYPE ") {
            let (name, kind) = typed.split_once(' ').unwrap_or((typed, "unknown"));
            // A family has the name of its samples, not one without their end.
            let (end, kind) = match kind {
                "counter" => ("_total", "counter"),
                "info" => ("_info", "gauge"),
                "unknown" => ("", "untyped"),
                kind => ("", kind),
            };
            let help = help.strip_prefix(name).unwrap_or_default();
            for part in ["# HELP ", name, end, help, "\n"] {
                older.push_str(part);
            }
            for part in ["# TYPE ", name, end, " ", kind, "\n"] {
                older.push_str(part);
            }
        } else if !line.starts_with("# ") {
            older.push_str(line);
            older.push('\n');
        }
    }
    older
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_the_names_of_their_samples() {
        let text = "\
# HELP calls Calls by code.
# TYPE calls counter
calls_total{code=\"# EOF\"} 7
# HELP wait_seconds Time of a call.
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
wait_seconds_sum 0.5
wait_seconds_count 1
wait_seconds_bucket{le=\"1.0\"} 1
wait_seconds_bucket{le=\"+Inf\"} 1
# HELP ready Ready now.
# TYPE ready gauge
ready 4
# HELP build The version that runs.
# TYPE build info
build_info{version=\"1\"} 1
# EOF
";
        let older = "\
# HELP calls_total Calls by code.
# TYPE calls_total counter
calls_total{code=\"# EOF\"} 7
# HELP wait_seconds Time of a call.
# TYPE wait_seconds histogram
wait_seconds_sum 0.5
wait_seconds_count 1
wait_seconds_bucket{le=\"1.0\"} 1
wait_seconds_bucket{le=\"+Inf\"} 1
# HELP ready Ready now.
# TYPE ready gauge
ready 4
# HELP build_info The version that runs.
# TYPE build_info gauge
build_info{version=\"1\"} 1
";
        assert_eq!(from_open_metrics(text), older);
    }
}
