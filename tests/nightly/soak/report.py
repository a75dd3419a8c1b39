"""The table at the end."""

UNITS = {"rss": "RSS, MiB", "fds": "file descriptors", "threads": "threads", "tasks": "tasks",
         "sessions": "sessions", "remembered": "tokens that the sandbox remembers"}


def table(traffic, samples):
    lines = ["", f"{'':36}{'idle':>9}{'early':>9}{'late':>9}{'idle':>9}"]
    for name, title in UNITS.items():
        columns = (samples.idle_before, samples.medians.get("early", {}),
                   samples.medians.get("late", {}), samples.idle_after)
        cells = (_cell(name, column) for column in columns)
        lines.append(f"{title:36}" + "".join(f"{cell:>9}" for cell in cells))
    lines.append("")
    for what, count in sorted(traffic.counts.items(), key=lambda item: -item[1]):
        lines.append(f"{what:36}{count:>9,}")
    lines.append(f"{'tokens, none of them twice':36}{len(traffic.tokens):>9,}")
    lines.append(f"{'slowest recovery, s':36}{traffic.faults.slowest_recovery:>9.1f}")
    return "\n".join(lines)


def _cell(name, column):
    if name not in column:
        return ""
    return f"{column[name]:.1f}" if name == "rss" else f"{column[name]:.0f}"
