"""The document is read alike by tools that know less of YAML and of JSON Schema.

Specmatic could not read it otherwise: its parser takes YAML 1.1, and drops what stands
beside a reference, and links that are given by an alias.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from conformance.data import data_path
from conformance.exchange import Json

TEXT = data_path("specs", "session.openapi.yaml").read_text("utf-8")
BESIDE = {"default", "description", "summary"}


def references(value: Json) -> Iterator[dict[str, Any]]:
    """Yield every object that is a reference, wherever in it."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_nothing_that_binds_stands_beside_a_reference() -> None:
    found = list(references(yaml.safe_load(TEXT)))
    assert found
    assert [one for one in found if not one.keys() - {"$ref"} <= BESIDE] == []


def test_links_are_written_out() -> None:
    assert re.findall(r"^ +links: [&*]\w+$", TEXT, re.MULTILINE)[1:] == [
        "        links: *sessionLinks",  # of examples, where it is but a value
        "        links: *sessionLinks",
    ]


def test_a_pattern_in_braces_is_quoted() -> None:
    assert re.findall(r"\{[^{}\n]*pattern: [^\"'][^{}\n]*\}", TEXT) == []
