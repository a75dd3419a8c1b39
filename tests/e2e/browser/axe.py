"""axe-core's verdict on the page in the window."""

from pathlib import Path

from browser.chromium import Browser

RUN = """
const done = arguments[arguments.length - 1];
// Without fetching styles again, which the pages' own policy forbids.
axe.run(document, { preload: false, resultTypes: ['violations'], ...arguments[0] }).then(
  ({ violations, passes }) => done({
    violations: violations.map(({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`),
    passes: passes.length,
  }),
  (error) => done({ violations: [String(error)], passes: 0 }));
"""


# Only colours differ in the dark.
SCHEMES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}


class Axe:
    def __init__(self, browser: Browser, node_modules: Path) -> None:
        self._browser = browser
        self._script = (node_modules / "axe-core" / "axe.min.js").read_text()

    def judge(self, what: str) -> None:
        """In light and in dark."""
        driver = self._browser.driver
        driver.execute_script(self._script)
        for scheme, options in SCHEMES.items():
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme", "value": scheme},
                             # No transitions: a colour halfway to another is not a design.
                             {"name": "prefers-reduced-motion", "value": "reduce"}]})
            seen = driver.execute_async_script(RUN, options)
            assert seen["violations"] == [], f"{what}, {scheme}: {seen['violations']}"
            assert seen["passes"] > 0, f"{what}, {scheme}: axe saw nothing"
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
