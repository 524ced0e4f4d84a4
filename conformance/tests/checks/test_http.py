"""Laws of the wire: statuses, media types, bodies, methods, paths and what is open."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.http import CHECKS
from conformance.exchange import Exchange, Probe, Role, Trouble
from conformance.tests.histories import (
    PARTICIPANT,
    SERVICE,
    SESSION,
    WORLD,
    answered,
    session,
)
from conformance.tests.verdicts import Told
from conformance.verdict import Outcome

FETCH = WORLD.call("FetchSession", Sid=SESSION)
DELETE = WORLD.call("DeleteSession", Sid=SESSION)
CREATE = WORLD.call("CreateSession", form={"Ttl": "600"})
BELOW = WORLD.call("FetchService", Sid=SERVICE)


TOLD = Told(CHECKS)
outcomes, broken, chosen = TOLD.outcomes, TOLD.broken, TOLD.chosen


def headed(exchange: Exchange, *headers: tuple[str, str]) -> Exchange:
    """Return the exchange with these headers in its answer, and no others."""
    assert exchange.response is not None
    return replace(exchange, response=replace(exchange.response, headers=headers))


@pytest.mark.parametrize(
    ("probe", "row", "documented", "other"),
    [
        (CREATE, "HTTP-001", 201, 200),
        (FETCH, "HTTP-002", 200, 201),
        (WORLD.call("ListSession"), "HTTP-003", 200, 206),
        (WORLD.call("UpdateSession", Sid=SESSION, form={}), "HTTP-004", 200, 204),
        (DELETE, "HTTP-005", 204, 200),
        (BELOW, "HTTP-006", 200, 203),
        (WORLD.call("ListParticipant", SessionSid=SESSION), "HTTP-007", 200, 201),
        (WORLD.call("ListInteraction", SessionSid=SESSION), "HTTP-008", 200, 201),
    ],
)
def test_a_success_has_its_status(
    probe: Probe, row: str, documented: int, other: int
) -> None:
    assert outcomes(row, answered(probe, documented, session())) == [Outcome.PASS]
    assert outcomes(row, answered(probe, other, session())) == [Outcome.FAIL]
    # What a refusal is, other rows say, and no answer says nothing.
    assert outcomes(row, answered(probe, 404, {}), answered(probe, 0)) == []


@pytest.mark.parametrize("status", [200, 204])
def test_which_status_a_removal_has_is_observed(status: int) -> None:
    probe = WORLD.call("DeleteParticipant", SessionSid=SESSION, Sid=PARTICIPANT)
    seen = answered(probe, status, b"")
    assert outcomes("HTTP-007", seen) == [Outcome.PASS]
    assert chosen("HTTP-020", seen) == {str(status)}
    assert chosen("HTTP-020", answered(probe, 202, b"")) == set()


@pytest.mark.parametrize(
    ("body", "length", "outcome"),
    [
        (b"", None, Outcome.PASS),
        (b"", " 0 ", Outcome.PASS),
        (b"{}", None, Outcome.FAIL),
        (b"", "2", Outcome.FAIL),
    ],
)
def test_a_204_has_no_body(body: bytes, length: str | None, outcome: Outcome) -> None:
    headers = () if length is None else (("Content-Length", length),)
    seen = headed(answered(DELETE, 204, body), *headers)
    assert outcomes("HTTP-009", seen) == [outcome]
    assert outcomes("HTTP-009", answered(DELETE, 200, body)) == []


@pytest.mark.parametrize(
    ("content_type", "symptom"),
    [
        ("application/json", ""),
        ("APPLICATION/json;charset=utf-8", ""),
        ("text/plain", "text/plain"),
        ("", "no content type"),
    ],
)
def test_a_success_says_that_it_is_json(content_type: str, symptom: str) -> None:
    for probe, row in ((FETCH, "HTTP-010"), (BELOW, "HTTP-031")):
        seen = headed(answered(probe, 200, {}), ("content-type", content_type))
        assert broken(seen) == ({(row, symptom)} if symptom else set())


@pytest.mark.parametrize(
    ("body", "symptom"),
    [
        (b"", "no body"),
        (b"[]", "another JSON value"),
        (b"{", "not JSON"),
        (b'{"a": 1, "a": 2}', "duplicate keys"),
    ],
)
def test_a_success_is_one_json_object(body: bytes, symptom: str) -> None:
    assert broken(answered(FETCH, 200, body)) == {("HTTP-011", symptom)}
    assert broken(answered(BELOW, 200, body)) == {("HTTP-031", symptom)}
    assert outcomes("HTTP-011", answered(FETCH, 204, body)) == []
    assert outcomes("HTTP-011", answered(FETCH, 404, body)) == []


def unanswered(trouble: Trouble, probe: Probe = FETCH) -> Exchange:
    return replace(answered(probe, 0), trouble=trouble)


def test_answers_are_whole_where_one_success_can_be_read() -> None:
    fine = answered(FETCH, 200, session())
    assert outcomes("HTTP-012", fine) == [Outcome.PASS]
    assert outcomes("HTTP-012", answered(FETCH, 404, {})) == [Outcome.PASS]
    assert outcomes(
        "HTTP-012", unanswered(Trouble.GARBLED), unanswered(Trouble.GARBLED), fine
    ) == [Outcome.PASS]
    assert broken(unanswered(Trouble.GARBLED), unanswered(Trouble.GARBLED)) == {
        ("HTTP-012", "not http")
    }
    refused = answered(FETCH, 404, {})
    assert ("HTTP-012", "not http") in broken(
        unanswered(Trouble.GARBLED), unanswered(Trouble.GARBLED), refused
    )
    # One may be the network's doing, and so is any other trouble.
    assert outcomes("HTTP-012", unanswered(Trouble.GARBLED)) == []
    assert outcomes("HTTP-012", answered(FETCH, 0), answered(FETCH, 0)) == []
    assert outcomes("HTTP-012", *[unanswered(Trouble.GARBLED, BELOW)] * 2) == []


@pytest.mark.parametrize(("trouble", "times"), [(Trouble.GARBLED, 2), (Trouble.CUT, 4)])
def test_answers_that_never_come_to_their_end_are_broken(
    trouble: Trouble, times: int
) -> None:
    one, fine = unanswered(trouble), answered(FETCH, 200)
    assert outcomes("HTTP-012", *[one] * times) == [Outcome.FAIL]
    assert outcomes("HTTP-012", *[one] * (times - 1)) == []
    assert outcomes("HTTP-012", *[one] * times, fine) == [Outcome.PASS]


@pytest.mark.parametrize("trouble", [Trouble.RESET, Trouble.TIMEOUT])
def test_no_answer_at_all_decides_nothing(trouble: Trouble) -> None:
    assert outcomes("HTTP-012", *[unanswered(trouble)] * 9) == []


def test_cut_off_and_garbled_ones_are_counted_apart() -> None:
    cut, garbage = unanswered(Trouble.CUT), unanswered(Trouble.GARBLED)
    assert outcomes("HTTP-012", *[cut] * 3, garbage) == []


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (200, [Outcome.PASS]),
        (404, [Outcome.PASS]),
        (500, [Outcome.FAIL]),
        (501, [Outcome.FAIL]),
        (502, []),
        (503, []),
        (504, []),
        (0, []),
    ],
)
def test_nothing_fails_inside(status: int, found: list[Outcome]) -> None:
    assert outcomes("HTTP-013", answered(FETCH, status, {})) == found
    assert outcomes("HTTP-030", answered(BELOW, status, {})) == found
    other = WORLD.call("DeleteService", Sid=SERVICE)
    assert outcomes("HTTP-013", answered(other, status, {})) == []


def test_what_no_document_describes_counts_for_what_it_stands_in_for() -> None:
    odd = replace(FETCH, method="PATCH")
    assert outcomes("HTTP-013", answered(odd, 500, {})) == [Outcome.FAIL]
    assert outcomes("HTTP-013", answered(odd, 501, {})) == []
    stray = replace(odd, operation="")
    assert outcomes("HTTP-013", answered(stray, 500, {})) == []


def spoilt(
    scene: str,
    label: str,
    status: int,
    body: object = None,
    *,
    probe: Probe = FETCH,
    **about: Any,  # noqa: ANN401  fields of Probe
) -> Exchange:
    about = {"role": Role.SPOILT, "pair": "a", "defect": label} | about
    shown = {} if body is None else body
    return answered(probe, status, shown, scene=scene, label=label, **about)


def twin(
    scene: str, status: int = 200, body: object = None, probe: Probe = FETCH
) -> Exchange:
    about: dict[str, Any] = {"scene": scene, "role": Role.CONTROL, "pair": "a"}
    return answered(probe, status, {} if body is None else body, **about)


@pytest.mark.parametrize(
    ("scene", "row"),
    [("methods/Session", "HTTP-014"), ("methods/Sessions", "HTTP-015")],
)
@pytest.mark.parametrize(
    ("status", "control", "outcome"),
    [
        (405, 200, Outcome.PASS),
        (501, 200, Outcome.PASS),
        (200, 200, Outcome.FAIL),
        (200, 500, Outcome.FAIL),
        (405, 404, Outcome.UNKNOWN),
        (500, 200, Outcome.UNKNOWN),
        (0, 200, Outcome.UNKNOWN),
    ],
)
def test_a_method_that_a_path_does_not_know_does_nothing(
    scene: str, row: str, status: int, control: int, outcome: Outcome
) -> None:
    seen = spoilt(scene, "method", status), twin(scene, control)
    assert outcomes(row, *seen) == [outcome]


METHODS = "methods/Session"


@pytest.mark.parametrize(
    ("status", "choice"),
    [
        (400, {"400"}),
        (404, {"404"}),
        (405, {"405"}),
        (501, {"501"}),
        (403, {"another refusal"}),
        (500, set[str]()),
        (0, set[str]()),
        (200, set[str]()),
    ],
)
def test_how_a_method_is_refused_is_observed(status: int, choice: set[str]) -> None:
    seen = spoilt(METHODS, "method", status)
    assert chosen("HTTP-018", seen, twin(METHODS)) == choice
    assert chosen("HTTP-018", seen, twin(METHODS, 404)) == set()


def test_whether_a_405_says_what_is_allowed_is_observed() -> None:
    seen = spoilt(METHODS, "method", 405)
    assert chosen("HTTP-019", seen, twin(METHODS)) == {"absent"}
    saying = headed(seen, ("Allow", "GET"))
    assert chosen("HTTP-019", saying, twin(METHODS)) == {"present"}
    assert chosen("HTTP-019", spoilt(METHODS, "method", 404), twin(METHODS)) == set()


@pytest.mark.parametrize(
    ("status", "ttl", "found"),
    [
        (201, 600, [Outcome.PASS]),
        (201, 0, [Outcome.FAIL]),
        (415, None, [Outcome.FAIL]),
        (500, None, []),
    ],
)
def test_media_types_are_equal_in_any_case(
    status: int, ttl: int | None, found: list[Outcome]
) -> None:
    seen = spoilt("media/x", "media-type", status, {"ttl": ttl}, probe=CREATE)
    control = twin("media/x", 201, {"ttl": 600}, CREATE)
    assert outcomes("HTTP-029", seen, control) == found
    # A target that keeps no ttl at all shows nothing by another one.
    for useless in (
        twin("media/x", 201, {"ttl": 0}, CREATE),
        twin("media/x", 400, {"ttl": 600}, CREATE),
    ):
        assert outcomes("HTTP-029", seen, useless) == []


@pytest.mark.parametrize(
    ("status", "control", "found"),
    [
        (200, 200, [Outcome.PASS]),
        (406, 200, [Outcome.FAIL]),
        (406, 404, []),
        (500, 200, []),
    ],
)
def test_the_headers_of_clients_are_taken(
    status: int, control: int, found: list[Outcome]
) -> None:
    seen = spoilt(METHODS, "headers", status), twin(METHODS, control)
    assert outcomes("HTTP-032", *seen) == found


@pytest.mark.parametrize(
    ("label", "row"), [("unknown-path", "HTTP-016"), ("wrong-case", "HTTP-017")]
)
def test_a_path_that_is_not_there_is_not_found(label: str, row: str) -> None:
    for status, outcome in (
        (404, Outcome.PASS),
        (400, Outcome.FAIL),
        (200, Outcome.FAIL),
        (500, Outcome.UNKNOWN),
    ):
        seen = spoilt("routes/x", label, status), twin("routes/x")
        assert outcomes(row, *seen) == [outcome]


TAKEN, IGNORED = {"ttl": 600}, {"ttl": 0}


@pytest.mark.parametrize(
    ("scene", "label", "row", "answers"),
    [
        (
            "media/x",
            "json",
            "HTTP-022",
            [
                (201, TAKEN, "taken"),
                (201, IGNORED, "ignored"),
                (415, {}, "415"),
                (400, {}, "400"),
                (404, {}, "another refusal"),
            ],
        ),
        ("media/x", "multipart", "HTTP-034", [(201, TAKEN, "taken")]),
        (
            METHODS,
            "HEAD",
            "HTTP-023",
            [(200, {}, "answered"), (405, {}, "405"), (400, {}, "another refusal")],
        ),
        (METHODS, "OPTIONS", "HTTP-024", [(204, {}, "answered"), (404, {}, "404")]),
        (
            "routes/x",
            "trailing-slash",
            "HTTP-025",
            [(200, {}, "taken"), (404, {}, "refused"), (301, {}, "redirected")],
        ),
        (METHODS, "extension", "HTTP-026", [(200, {}, "taken")]),
        (
            "bodies/x",
            "unknown-parameter",
            "HTTP-027",
            [
                (201, {}, "ignored"),
                (400, {}, "refused with 400"),
                (422, {}, "refused with 400"),
                (403, {}, "refused otherwise"),
            ],
        ),
        ("routes/x", "unknown-parameter", "HTTP-035", [(200, {}, "ignored")]),
        (
            "media/x",
            "too-large",
            "HTTP-033",
            [(201, {}, "taken"), (413, {}, "413"), (431, {}, "another refusal")],
        ),
    ],
)
def test_an_open_point_ends_in_a_choice(
    scene: str, label: str, row: str, answers: list[tuple[int, object, str]]
) -> None:
    control = twin(scene, 200, TAKEN)
    for status, body, choice in answers:
        seen = spoilt(scene, label, status, body)
        assert chosen(row, seen, control) == {choice}
        assert chosen(row, seen, twin(scene, 400)) == set()
    silent = spoilt(scene, label, 500)
    assert chosen(row, silent, control) == set()
    assert chosen(row, spoilt(scene, "another-label", 200), control) == set()


@pytest.mark.parametrize(
    ("status", "ttl", "choice"),
    [
        (201, 1, "the first counts"),
        (201, 2, "the last counts"),
        (201, 3, "neither counts"),
        (400, None, "refused"),
    ],
)
def test_which_of_two_values_counts_is_observed(
    status: int, ttl: int | None, choice: str
) -> None:
    twice = WORLD.call("CreateSession", form=[("Ttl", "1"), ("Ttl", "2")])
    seen = spoilt("media/x", "twice", status, {"ttl": ttl}, probe=twice)
    assert chosen("HTTP-028", seen, twin("media/x")) == {choice}
