from __future__ import annotations

import ast
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import conformance.mock
from conformance.mock.faults import FAULTS
from conformance.mock.registry import UnknownNameError, changed, gather
from conformance.mock.rules import Rules
from conformance.mock.variants import VARIANTS

if TYPE_CHECKING:
    from conformance.mock.call import Call
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.tests.mock.client import Build


ROOM = Path(conformance.mock.__file__).parent


@pytest.mark.parametrize("change", [*FAULTS.values(), *VARIANTS.values()])
def test_a_change_replaces_some_rule_and_leaves_the_rest(change: Change) -> None:
    before = Rules()
    after = change(before)
    moved = [
        field.name
        for field in fields(Rules)
        if getattr(before, field.name) is not getattr(after, field.name)
    ]
    assert moved
    assert before == Rules()


def test_changes_compose(build: Build) -> None:
    names = ["extra-session-property", "charset-in-content-type"]
    rules = changed(Rules(), names, VARIANTS, kind="variant")
    rules = changed(rules, ["session-sid-changes-on-update"], FAULTS, kind="fault")
    client = build(rules=rules)
    made = client.session(client.service())
    answer = client.post(made["url"], {"Ttl": "1"})
    assert answer.json["revision"] == 1
    assert answer.json["sid"] != made["sid"]
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_children_may_be_made_to_outlive_their_session(build: Build) -> None:
    def delete_session(call: Call, session: Session) -> None:
        with call.store.without_cascade():
            Rules().delete_session(call, session)

    client = build(rules=replace(Rules(), delete_session=delete_session))
    made = client.session(client.service(), Participants='{"Identifier": "a"}')
    assert client.delete(made["url"]).status == 204
    assert client.get(made["url"]).status == 404
    assert len(client.app.world.store.participants.all()) == 1


def test_a_short_sid_is_handed_out_and_found_again(build: Build) -> None:
    rules = FAULTS["session-sid-one-digit-short"](Rules())
    client = build(rules=rules)
    made = client.session(client.service())
    assert len(made["sid"]) == 33
    assert client.get(made["url"]).json == made


def test_a_trailing_newline_is_accepted(build: Build) -> None:
    rules = FAULTS["session-sid-trailing-newline-accepted"](Rules())
    client = build(rules=rules)
    made = client.session(client.service())
    assert client.get(made["url"] + "%0A").json == made
    assert client.get(made["url"] + "%0A%0A").status == 404
    assert client.delete(made["url"] + "%0A").status == 204


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"^unknown fault 'session-sid-change-"):
        changed(Rules(), ["session-sid-change-on-update"], FAULTS, kind="fault")
    with pytest.raises(UnknownNameError, match=r"^unknown fault 'zzz'$"):
        changed(Rules(), ["zzz"], FAULTS, kind="fault")


def test_a_name_belongs_to_one_area() -> None:
    with pytest.raises(ValueError, match="twice"):
        gather([{"a": lambda rules: rules}, {"a": lambda rules: rules}])


def test_the_room_imports_nothing_of_the_suite() -> None:
    named = set()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                named.add(node.module or "")
            elif isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
    ours = {name for name in named if name.split(".")[0] == "conformance"}
    assert ours
    assert {name for name in ours if not name.startswith("conformance.mock")} == set()
