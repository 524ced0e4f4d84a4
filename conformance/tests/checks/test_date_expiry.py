"""Laws of judging what a DateExpiry is taken for."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.dates import CHECKS
from conformance.exchange import Exchange, Json, Role
from conformance.tests import lives
from conformance.tests.histories import SESSION, WORLD, answered, evidence, session
from conformance.tests.verdicts import choices, failures, verdicts
from conformance.verdict import Outcome

EIGHT = "2031-07-30T20:00:00Z"
LATER = "2031-08-09T10:11:12Z"
BARE = answered(WORLD.call("CreateSession", form={"Ttl": "60"}), 201, session(ttl=60))


def made(text: str, shown: str | None = EIGHT, **about: Json) -> Exchange:
    """Return a create with that DateExpiry, which shows `shown`."""
    probe = WORLD.call("CreateSession", form={"DateExpiry": text})
    status = about.pop("answer", 201)
    body = session(date_expiry=shown) | about.pop("body", {})
    return answered(probe, status, body if status == 201 else {}, **about)


def given(text: str, shown: str | None = EIGHT, **about: Json) -> Exchange:
    """Return an update with that DateExpiry, which shows `shown`."""
    probe = WORLD.call("UpdateSession", Sid=SESSION, form={"DateExpiry": text})
    status = about.pop("answer", 200)
    body = session(date_expiry=shown) | about.pop("body", {})
    return answered(probe, status, body if status == 200 else {}, **about)


def in_order(*exchanges: Exchange) -> Any:  # noqa: ANN401  evidence
    """Return the evidence of exchanges a second apart."""
    return evidence(*(lives.at(i, each) for i, each in enumerate(exchanges)))


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        (EIGHT, "DATE-005"),
        ("2031-07-30T22:00:00+02:00", "DATE-006"),
        ("2031-07-30T20:00:00+00:00", "DATE-006"),
        ("2031-07-30T14:30:00.9-05:30", "DATE-006"),
        ("2031-07-30T20:00:00.123Z", "DATE-007"),
        ("2031-07-30T19:59:59.999Z", "DATE-007"),
    ],
)
def test_each_form_has_its_row_and_passes_as_the_same_moment(
    text: str, requirement: str
) -> None:
    for operation, exchange in (
        ("CreateSession", made(text)),
        ("UpdateSession", given(text)),
    ):
        found = verdicts(in_order(exchange), CHECKS, requirement)
        assert [(v.operation, v.outcome, v.subject) for v in found] == [
            (operation, Outcome.PASS, text)
        ]
        assert failures(in_order(exchange), CHECKS) == set()


@pytest.mark.parametrize(
    ("shown", "symptom"),
    [
        (None, "null"),
        ("2031-07-30T15:00:00Z", "a time zone away"),
        ("2031-07-31T20:00:00Z", "another day"),
        ("1901-12-13T20:45:52Z", "another moment"),
        ("2031-07-30T20:00:01Z", "another moment"),
    ],
)
def test_another_moment_fails(shown: str | None, symptom: str) -> None:
    assert failures(in_order(made(EIGHT, shown), given(EIGHT, shown)), CHECKS) == {
        ("DATE-005", "CreateSession", symptom),
        ("DATE-005", "UpdateSession", symptom),
    }


@pytest.mark.parametrize(
    "exchange",
    [
        made("2031-07-30t20:00:00Z", None),
        made("2031-07-30T20:00:00.123456789Z", None),
        made("2031-12-31T23:59:60Z", None),
        made("2026-03-01T12:00:00Z", None),
        made("2018-07-31T00:00:00Z", None),
        made(EIGHT, "2031-07-30"),
        made(EIGHT, None, body={"status": "closed"}),
        made(EIGHT, None, answer=500),
        given(EIGHT, None, body={"sid": "KC" + "8" * 32}),
        given(EIGHT, None, query="DateExpiry=x"),
    ],
)
def test_what_may_be_shown_otherwise_is_not_judged(exchange: Exchange) -> None:
    seen = in_order(exchange)
    for requirement in ("DATE-005", "DATE-006", "DATE-007"):
        assert verdicts(seen, CHECKS, requirement) == []


@pytest.mark.parametrize(
    "form",
    [
        [("DateExpiry", EIGHT), ("DateExpiry", LATER)],
        [("DateExpiry", EIGHT), ("Status", "open")],
        [("dateexpiry", EIGHT)],
        [("Ttl", "60")],
    ],
)
def test_a_form_that_means_more_than_one_thing_is_not_judged(
    form: list[tuple[str, str]],
) -> None:
    probe = WORLD.call("CreateSession", form=form)
    seen = in_order(answered(probe, 201, session()))
    assert verdicts(seen, CHECKS, "DATE-005") == []


@pytest.mark.parametrize(
    ("text", "shown", "choice"),
    [
        ("2031-07-30T20:00:00.750Z", "2031-07-30T20:00:00.750Z", {"kept"}),
        ("2031-07-30T20:00:00.7512Z", "2031-07-30T20:00:00.751Z", {"kept in part"}),
        ("2031-07-30T20:00:00.750Z", EIGHT, {"cut off"}),
        ("2031-07-30T20:00:00.750Z", "2031-07-30T20:00:01Z", {"rounded"}),
        ("2031-07-30T20:00:00.250Z", EIGHT, set[str]()),
        ("2031-07-30T20:00:00.000Z", EIGHT, set[str]()),
        ("2031-07-30T20:00:00.250Z", "2031-07-30T22:00:00Z", set[str]()),
    ],
)
def test_what_becomes_of_a_fraction_is_observed(
    text: str, shown: str, choice: set[str]
) -> None:
    assert choices(in_order(made(text, shown)), CHECKS, "DATE-020") == {
        ("CreateSession", one) for one in choice
    }


def form(text: str, answer: int, **about: Json) -> Exchange:
    return made(text, answer=answer, scene="date/form/CreateSession", **about)


def test_a_lawful_date_that_is_refused_fails_where_other_creates_are_accepted() -> None:
    refused = form(EIGHT, 400, label="form")
    assert failures(in_order(BARE, refused), CHECKS) == {
        ("DATE-005", "CreateSession", "refused, 4xx")
    }
    found = verdicts(in_order(refused), CHECKS, "DATE-005")
    assert [v.outcome for v in found] == [Outcome.UNKNOWN]


@pytest.mark.parametrize("status", [0, 401, 404, 429, 500])
def test_a_lawful_date_without_a_plain_answer_is_unknown(status: int) -> None:
    seen = in_order(BARE, form(EIGHT, status, label="form"))
    found = verdicts(seen, CHECKS, "DATE-005")
    assert [v.outcome for v in found] == [Outcome.UNKNOWN]


def test_a_date_that_has_passed_by_the_targets_clock_may_be_refused() -> None:
    probe = WORLD.call("CreateSession", form={"Ttl": "60"})
    ahead = session(date_created="2040-01-01T00:00:00Z")
    seen = in_order(answered(probe, 201, ahead), form(EIGHT, 400, label="form"))
    found = verdicts(seen, CHECKS, "DATE-005")
    assert [v.outcome for v in found] == [Outcome.UNKNOWN]
    assert "it has passed" in found[0].reason


@pytest.mark.parametrize(
    ("status", "outcome"), [("open", Outcome.FAIL), ("closed", Outcome.UNKNOWN)]
)
def test_a_session_that_is_over_may_refuse_any_date(
    status: str, outcome: Outcome
) -> None:
    scene = {"scene": "date/form/UpdateSession"}
    probe = WORLD.call("UpdateSession", Sid=SESSION, form={"Ttl": "60"})
    seen = in_order(
        answered(probe, 200, session(status=status), **scene),
        given("2031-07-30T22:00:00+02:00", answer=400, label="form", **scene),
    )
    found = verdicts(seen, CHECKS, "DATE-006")
    assert [v.outcome for v in found] == [outcome]


def test_a_form_that_lost_its_date_is_not_judged() -> None:
    probe = WORLD.call("CreateSession", form={})
    scene = {"scene": "date/form/CreateSession", "label": "form"}
    assert verdicts(in_order(answered(probe, 400, {}, **scene)), CHECKS) == []


def spoilt(label: str, answer: int, operation: str = "UpdateSession") -> Exchange:
    make = given if operation == "UpdateSession" else made
    return make(
        "2031-02-30T12:00:00Z",
        answer=answer,
        scene=f"date/refused/{operation}",
        label=label,
        role=Role.SPOILT,
        defect="february-30",
        pair="date",
    )


def twin(answer: int, operation: str = "UpdateSession", **about: Json) -> Exchange:
    make = given if operation == "UpdateSession" else made
    return make(
        EIGHT,
        answer=answer,
        scene=f"date/refused/{operation}",
        role=Role.CONTROL,
        pair="date",
        **about,
    )


@pytest.mark.parametrize(
    ("label", "requirement"), [("impossible", "DATE-008"), ("garbage", "DATE-009")]
)
@pytest.mark.parametrize(
    ("status", "control", "outcome"),
    [
        (400, 200, Outcome.PASS),
        (422, 200, Outcome.PASS),
        (200, 200, Outcome.FAIL),
        (200, 400, Outcome.FAIL),
        (404, 200, Outcome.FAIL),
        (400, 400, Outcome.UNKNOWN),
        (500, 200, Outcome.UNKNOWN),
        (0, 200, Outcome.UNKNOWN),
    ],
)
def test_what_is_no_date_is_refused_beside_its_twin(
    label: str, requirement: str, status: int, control: int, outcome: Outcome
) -> None:
    seen = in_order(spoilt(label, status), twin(control))
    found = verdicts(seen, CHECKS, requirement)
    assert [(v.operation, v.outcome) for v in found] == [("UpdateSession", outcome)]


def named(exchange: Exchange, name: str) -> Exchange:
    """Return the exchange with a UniqueName in its form."""
    body = exchange.sent.body + f"&UniqueName={name}".encode()
    return replace(exchange, sent=replace(exchange.sent, body=body))


@pytest.mark.parametrize(
    ("first", "again", "other", "outcomes"),
    [
        (400, 201, None, [Outcome.PASS]),
        (400, 400, 201, [Outcome.FAIL]),
        (400, 409, 201, [Outcome.FAIL]),
        (400, 400, 400, [Outcome.UNKNOWN]),
        (400, 400, None, [Outcome.UNKNOWN]),
        (400, 500, 201, [Outcome.UNKNOWN]),
        (201, 400, 201, []),
        (500, 400, 201, []),
    ],
)
def test_a_refused_create_leaves_its_name_free(
    first: int, again: int, other: int | None, outcomes: list[Outcome]
) -> None:
    operation = "CreateSession"
    some = [
        named(spoilt("impossible", first, operation), "once"),
        spoilt("garbage", 201, operation),
        named(twin(again, operation, label="again"), "once"),
    ]
    if other is not None:
        some.append(named(twin(other, operation, label="other"), "other"))
    found = verdicts(in_order(*some), CHECKS, "DATE-010")
    assert [v.outcome for v in found] == outcomes


@pytest.mark.parametrize(
    ("text", "requirement", "right", "wrong"),
    [
        ("2031-07-30T20:00:00", "DATE-015", [EIGHT], "2031-07-31T01:00:00Z"),
        (
            "2031-07-30",
            "DATE-016",
            ["2031-07-30T00:00:00Z", "2031-07-30T23:59:59Z", "2031-07-31T00:00:00Z"],
            "2031-07-30T05:00:00Z",
        ),
        ("20310730", "DATE-017", ["2031-07-30T00:00:00Z"], "2031-07-29T22:00:00Z"),
    ],
)
def test_a_date_without_a_zone_is_in_utc_if_it_is_taken(
    text: str, requirement: str, right: list[str], wrong: str
) -> None:
    for shown in right:
        seen = in_order(made(text, shown))
        assert failures(seen, CHECKS) == set()
        assert choices(seen, CHECKS, requirement) == {("CreateSession", "taken as UTC")}
    seen = in_order(made(text, wrong))
    assert failures(seen, CHECKS) == {("DATE-014", "CreateSession", "a time zone away")}
    assert choices(seen, CHECKS, requirement) == {("CreateSession", "taken otherwise")}


def test_a_date_without_a_zone_may_be_ignored() -> None:
    had = given(LATER, LATER)
    seen = in_order(made("2031-07-30", None), had, given("2031-07-30", LATER))
    assert failures(seen, CHECKS) == set()
    assert choices(seen, CHECKS, "DATE-016") == {
        ("CreateSession", "ignored"),
        ("UpdateSession", "ignored"),
    }


def tried(label: str, text: str, shown: str | None, answer: int = 200) -> Exchange:
    scene = "date/open/UpdateSession"
    return given(text, shown, answer=answer, label=label, scene=scene)


@pytest.mark.parametrize(
    ("label", "text", "shown", "choice"),
    [
        ("unusual/lower-case", "2031-07-30t20:00:00z", EIGHT, "lower-case"),
        ("unusual/lower-case", "2031-07-30t20:00:00z", LATER, "ignored"),
        ("unusual/lower-case", "2031-07-30t20:00:00z", None, "ignored"),
        (
            "unusual/lower-case",
            "2031-07-30t20:00:00z",
            "2031-07-30T00:00:00Z",
            "taken otherwise",
        ),
        ("notation/epoch-seconds", "1943208000", EIGHT, "epoch-seconds"),
        ("notation/epoch-seconds", "1943208000", LATER, "ignored"),
    ],
)
def test_which_uncommon_forms_are_taken_is_observed(
    label: str, text: str, shown: str | None, choice: str
) -> None:
    seen = in_order(lives.create({}), given(LATER, LATER), tried(label, text, shown))
    requirement = "DATE-018" if "unusual" in label else "DATE-019"
    assert choices(seen, CHECKS, requirement) == {("UpdateSession", choice)}
    assert failures(seen, CHECKS) == set()


@pytest.mark.parametrize(
    ("label", "text", "requirement"),
    [
        ("unusual/lower-case", "2031-07-30t20:00:00z", "DATE-018"),
        ("notation/no-seconds", "2031-07-30T20:00Z", "DATE-019"),
        ("unzoned/no-zone", "2031-07-30T20:00:00", "DATE-015"),
        ("unzoned/date-only", "2031-07-30", "DATE-016"),
        ("unzoned/compact-date", "20310730", "DATE-017"),
    ],
)
def test_a_refusal_is_observed_where_a_plain_date_is_taken(
    label: str, text: str, requirement: str
) -> None:
    refused = tried(label, text, None, 400)
    seen = in_order(given(LATER, LATER), refused)
    assert choices(seen, CHECKS, requirement) == {("UpdateSession", "refused")}
    alone = verdicts(in_order(refused), CHECKS, requirement)
    assert [v.outcome for v in alone] == [Outcome.UNKNOWN]
    undecided = in_order(given(LATER, LATER), tried(label, text, None, 500))
    assert verdicts(undecided, CHECKS, requirement) == []


@pytest.mark.parametrize(
    ("answer", "status", "choice"),
    [
        (400, "", {"refused"}),
        (200, "closed", {"closed at once"}),
        (200, "open", {"still open"}),
        (200, "odd", set[str]()),
        (500, "", set[str]()),
    ],
)
def test_what_becomes_of_the_past_is_observed(
    answer: int, status: str, choice: set[str]
) -> None:
    some = [tried("past", "2018-07-31T00:00:00Z", "2018-07-31T00:00:00Z", answer)]
    if status:
        probe = WORLD.call("FetchSession", Sid=SESSION)
        scene = {"scene": "date/open/UpdateSession", "label": "passed"}
        some.append(answered(probe, 200, session(status=status), **scene))
    assert choices(in_order(given(LATER, LATER), *some), CHECKS, "DATE-021") == {
        ("UpdateSession", one) for one in choice
    }


@pytest.mark.parametrize(
    ("label", "requirement"), [("past", "DATE-021"), ("empty", "DATE-022")]
)
def test_what_refuses_every_date_has_not_chosen_to_refuse_one(
    label: str, requirement: str
) -> None:
    bare = lives.update({"Ttl": "60"}, ttl=60)
    seen = in_order(lives.create({}), bare, tried(label, "", None, 400))
    found = verdicts(seen, CHECKS, requirement)
    assert [v.outcome for v in found] == [Outcome.UNKNOWN]


@pytest.mark.parametrize(
    ("answer", "shown", "choice"),
    [
        (200, None, {"no date_expiry"}),
        (200, LATER, {"the date_expiry it had"}),
        (200, EIGHT, {"another date_expiry"}),
        (400, None, {"refused"}),
        (500, None, set[str]()),
    ],
)
def test_what_an_empty_date_amounts_to_is_observed(
    answer: int, shown: str | None, choice: set[str]
) -> None:
    empty = tried("empty", "", shown, answer)
    seen = in_order(lives.create({}), given(LATER, LATER), empty)
    assert choices(seen, CHECKS, "DATE-022") == {
        ("UpdateSession", one) for one in choice
    }


@pytest.mark.parametrize(
    ("changes", "choice"),
    [
        ({}, {"null"}),
        ({"ttl": 60, "date_expiry": "2026-03-01T12:01:00Z"}, {"the end of its Ttl"}),
        ({"ttl": 60, "date_expiry": EIGHT}, {"another date"}),
        ({"ttl": 0, "date_expiry": "2026-03-01T12:00:00Z"}, {"another date"}),
        ({"ttl": None, "date_expiry": EIGHT}, {"another date"}),
        ({"date_expiry": "soon"}, set[str]()),
    ],
)
def test_a_date_that_was_not_sent_is_observed(
    changes: dict[str, Any], choice: set[str]
) -> None:
    probe = WORLD.call("CreateSession", form={"Ttl": "60"})
    seen = in_order(answered(probe, 201, session(**changes)))
    assert choices(seen, CHECKS, "DATE-023") == {
        ("CreateSession", one) for one in choice
    }
    assert verdicts(in_order(made(EIGHT)), CHECKS, "DATE-023") == []


@pytest.mark.parametrize("status", [0, 400, 401, 404, 429, 500])
def test_a_target_that_answers_everything_alike_decides_nothing(status: int) -> None:
    seen = in_order(
        form(EIGHT, status, label="form"),
        spoilt("impossible", status),
        spoilt("garbage", status),
        twin(status),
        named(spoilt("impossible", status, "CreateSession"), "once"),
        named(twin(status, "CreateSession", label="again"), "once"),
    )
    found = verdicts(seen, CHECKS)
    assert {v.outcome for v in found} == {Outcome.UNKNOWN}
