"""The diagrams of the documents, as those who read them on a forge see them."""

import re

from browser.stage import Stage
from support.process import PROJECT

DOCUMENTS = ("README.md", "README.ko.md")
BLOCK = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ALIAS = re.compile(r"participant \w+ as (.+)")
# It sets a variable of the page, which a function of the driver's would hide.
LOAD = """
const script = document.createElement("script");
script.textContent = arguments[0];
document.head.append(script);
"""
DRAW = """
const done = arguments[arguments.length - 1];
document.body.replaceChildren();
mermaid.initialize({ startOnLoad: false });
mermaid.render("diagram", arguments[0]).then(
  ({ svg }) => { document.body.innerHTML = svg; done({ text: document.body.innerText }); },
  (error) => done({ error: String(error) }));
"""


def test_diagrams(stage: Stage) -> None:
    stage.driver.get("about:blank")
    stage.driver.execute_script(LOAD, stage.mermaid)
    for document in DOCUMENTS:
        drawn = BLOCK.findall((PROJECT / document).read_text(encoding="utf-8"))
        assert drawn, f"{document}: no diagram"
        for text in drawn:
            seen = stage.driver.execute_async_script(DRAW, text)
            assert "error" not in seen, f"{document}: {seen['error']}"
            missing = [who for who in ALIAS.findall(text) if who not in seen["text"]]
            assert not missing, f"{document}: {missing} in {seen['text']}"
