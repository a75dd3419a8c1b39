"""Prints an OpenAPI document made simpler for generators, not changed for the
service: python3 simplify.py FILE_OR_URL

- `null` goes: it means the same as leaving the field out, and generators make
  an option within an option of the two.
- Tags go: those of OpenAPI 3.1 are Korean headings for people, and generators make
  names of modules of them.
- Form bodies go where JSON is taken too: some generators can't choose.
"""

import json
import sys
from pathlib import Path
from urllib.request import urlopen


def read(source: str) -> dict:
    if source.startswith(("http://", "https://")):
        with urlopen(source, timeout=10) as answer:
            return json.load(answer)
    return json.loads(Path(source).read_text(encoding="utf-8"))


def without_null(schema: dict) -> None:
    schema.pop("nullable", None)
    if isinstance(schema.get("type"), list):
        (schema["type"],) = set(schema["type"]) - {"null"}


def simplify(document: dict) -> None:
    for schema in document["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            without_null(field)
    document.pop("tags", None)
    for path in document["paths"].values():
        for operation in path.values():
            operation["tags"] = ["member"]
            content = operation["requestBody"]["content"]
            operation["requestBody"]["content"] = {"application/json": content["application/json"]}


if __name__ == "__main__":
    document = read(sys.argv[1])
    simplify(document)
    json.dump(document, sys.stdout, ensure_ascii=False)
