"""Laws of removal: what a run made goes and is proven gone, and nothing else goes."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from urllib.parse import parse_qs

import pytest

from conformance.exchange import Exchange, Probe, Request, Response, Trouble
from conformance.ledger import About, Ledger, State
from conformance.perform import Recorder
from conformance.removal import acquaintance, removal

SERVICES = "/v1/Services"
GIVEN = "KS" + "9" * 32
TAG = "conf-1"


class Account:
    """A target that holds Services and Sessions, as names by path.

    `lose` says of which requests the answer is lost; `deaf` leaves deletes undone,
    without `cascades` they leave what is below; `says` is the answer to everything.
    """

    def __init__(self) -> None:
        self.there: dict[str, str | None] = {f"{SERVICES}/{GIVEN}": "theirs"}
        self.lose: Callable[[Probe], bool] = lambda _: False
        self.deaf = False
        self.listing = True
        self.cascades = True
        self.says: object = None
        self.deleted: list[str] = []
        self._next = count(1)

    def put(self, path: str, name: str | None) -> str:
        """Make a resource and return its path."""
        prefix = "KS" if path == SERVICES else "KC"
        made = f"{path}/{prefix}{next(self._next):032x}"
        self.there[made] = name
        return made

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        return tuple(self._one(p, n) for n, p in enumerate(probes, start=first))

    def close(self) -> None:
        """Nothing to let go of."""

    def _one(self, probe: Probe, number: int) -> Exchange:
        status, shown = self._answer(probe)
        lost = self.lose(probe)
        return Exchange(
            number=number,
            probe=probe,
            sent=Request(method=probe.method, url=probe.url, body=probe.body or b""),
            response=None
            if lost
            else Response(status=status, body=json.dumps(shown).encode()),
            trouble=Trouble.RESET if lost else None,
        )

    def _answer(self, probe: Probe) -> tuple[int, object]:
        path = probe.path
        if self.says is not None:
            return 200, self.says
        if probe.method == "POST":
            form = parse_qs((probe.body or b"").decode())
            made = self.put(path, form.get("UniqueName", [None])[0])
            return 201, self._shown(made)
        if path.rpartition("/")[2] in {"Services", "Sessions"}:
            return self._page(probe) if self.listing else (500, {})
        if path not in self.there:
            return 404, {}
        if probe.method == "DELETE":
            self.deleted.append(path)
            if not self.deaf:
                self.there = {
                    one: name
                    for one, name in self.there.items()
                    if one != path
                    and not (self.cascades and one.startswith(f"{path}/"))
                }
            return 204, None
        return 200, self._shown(path)

    def _shown(self, path: str) -> dict[str, object]:
        return {"sid": path.rpartition("/")[2], "unique_name": self.there[path]}

    def _page(self, probe: Probe) -> tuple[int, object]:
        query = parse_qs(probe.query)
        number, size = int(query.get("Page", ["0"])[0]), 2
        key = probe.path.rpartition("/")[2].lower()
        inside = [p for p in self.there if p.rpartition("/")[0] == probe.path]
        start, end = number * size, (number + 1) * size
        onward = f"http://elsewhere.test/x?Page={number + 1}"
        return 200, {
            key: [self._shown(path) for path in inside[start:end]],
            "meta": {"key": key, "next_page_url": onward if inside[end:] else None},
        }


class Run:
    """A run against an account: what it asks for goes through its ledger."""

    def __init__(self, account: Account, service_sid: str = "") -> None:
        self.account = account
        self.ledger = Ledger(About(tag=TAG, service_sid=service_sid))
        self.recorder = Recorder(
            account, before=self.ledger.before, after=self.ledger.after
        )

    def make(self, path: str, name: str | None = None) -> None:
        """Create a resource."""
        body = b"" if name is None else f"UniqueName={name}".encode()
        probe = Probe(operation="Create", method="POST", path=path, body=body)
        self.recorder.send((probe,))

    def meet(self) -> None:
        """Look at what is in the given Service."""
        script = acquaintance(self.ledger, f"{SERVICES}/{GIVEN}/Sessions")
        self.recorder.play(script, "set-up")

    def remove(self, width: int = 1) -> list[str]:
        """Clean up and return what is left behind."""
        self.recorder.play(removal(self.ledger, width=width), "clean-up")
        return [entry.where for entry in self.ledger.outstanding()]


GIVEN_SESSIONS = f"{SERVICES}/{GIVEN}/Sessions"


@pytest.fixture
def account() -> Account:
    made = Account()
    for number in range(3):
        made.put(GIVEN_SESSIONS, f"theirs-{number}")
    made.put(GIVEN_SESSIONS, None)
    return made


@pytest.fixture
def run(account: Account) -> Iterator[Run]:
    """Give a run in Services of its own."""
    made = Run(account)
    with closing(made.ledger):
        yield made


@pytest.fixture
def guest(account: Account) -> Iterator[Run]:
    """Give a run in the Service of the user."""
    made = Run(account, GIVEN)
    with closing(made.ledger):
        yield made


def test_services_of_our_own_go_with_all_that_is_in_them(run: Run) -> None:
    before = dict(run.account.there)
    run.make(SERVICES, f"{TAG}-main")
    home = f"{[*run.account.there][-1]}/Sessions"
    for number in range(5):
        run.make(home, f"{TAG}-{number}")
    assert run.remove() == []
    assert run.account.there == before
    assert len(run.account.deleted) == 1


@pytest.mark.parametrize("width", [1, 3, 8])
def test_sessions_in_the_service_of_the_user_go_one_by_one(
    guest: Run, width: int
) -> None:
    before = dict(guest.account.there)
    guest.meet()
    for number in range(7):
        guest.make(GIVEN_SESSIONS, f"{TAG}-{number}" if number % 2 else None)
    assert guest.remove(width) == []
    assert guest.account.there == before
    assert len(guest.account.deleted) == 7


def test_a_second_clean_up_asks_for_nothing(guest: Run) -> None:
    guest.meet()
    guest.make(GIVEN_SESSIONS)
    guest.remove()
    asked = len(guest.recorder.exchanges)
    assert guest.remove() == []
    assert len(guest.recorder.exchanges) == asked


def test_a_service_whose_answer_was_lost_is_found_by_its_name(run: Run) -> None:
    before = dict(run.account.there)
    run.account.lose = lambda probe: probe.method == "POST"
    for number in range(3):
        run.make(SERVICES, f"{TAG}-{number}")
    assert [e.state for e in run.ledger.outstanding()] == [State.ASKED] * 3
    assert run.remove() == []
    assert run.account.there == before


def test_a_session_whose_answer_was_lost_is_found_by_its_name(guest: Run) -> None:
    before = dict(guest.account.there)
    guest.account.lose = lambda probe: probe.method == "POST"
    guest.make(GIVEN_SESSIONS, f"{TAG}-a")
    assert guest.remove() == []
    assert guest.account.there == before


def test_one_that_was_never_made_is_known_not_to_be_there(guest: Run) -> None:
    guest.meet()
    guest.ledger.before((Probe(operation="C", method="POST", path=GIVEN_SESSIONS),), 9)
    assert guest.remove() == []
    assert guest.account.deleted == []


def test_a_nameless_one_whose_answer_was_lost_is_told_and_not_touched(
    guest: Run,
) -> None:
    guest.meet()
    guest.account.lose = lambda probe: probe.method == "POST"
    guest.make(GIVEN_SESSIONS)
    made = [*guest.account.there][-1]
    assert guest.remove() == [f"{made} (possibly)"]
    assert made in guest.account.there


def test_it_is_no_longer_told_when_it_is_gone(guest: Run) -> None:
    guest.meet()
    guest.account.lose = lambda probe: probe.method == "POST"
    guest.make(GIVEN_SESSIONS)
    made = [*guest.account.there][-1]
    guest.remove()
    del guest.account.there[made]
    assert guest.remove() == []


def test_what_others_named_meanwhile_is_not_taken_for_it(guest: Run) -> None:
    guest.meet()
    guest.ledger.before((Probe(operation="C", method="POST", path=GIVEN_SESSIONS),), 9)
    named = guest.account.put(GIVEN_SESSIONS, "somebody-else")
    assert guest.remove() == []
    assert named in guest.account.there


def test_without_knowing_what_was_there_a_nameless_one_stays_in_doubt(
    guest: Run,
) -> None:
    guest.ledger.before((Probe(operation="C", method="POST", path=GIVEN_SESSIONS),), 9)
    assert guest.remove() == [f"{GIVEN_SESSIONS} (its answer was lost)"]


@pytest.mark.parametrize("path", [SERVICES, GIVEN_SESSIONS])
def test_a_list_that_cannot_be_read_leaves_it_in_doubt(guest: Run, path: str) -> None:
    guest.account.lose = lambda probe: probe.method == "POST"
    guest.make(path, f"{TAG}-a")
    guest.account.listing = False
    assert guest.remove() == [f"{path} (its answer was lost)"]


@pytest.mark.parametrize("service_sid", ["", GIVEN])
def test_a_target_that_removes_nothing_is_reported(
    account: Account, service_sid: str
) -> None:
    run = Run(account, service_sid)
    with closing(run.ledger):
        path = GIVEN_SESSIONS if service_sid else SERVICES
        run.make(path, f"{TAG}-a")
        made = [*account.there][-1]
        account.deaf = True
        assert run.remove() == [made]


def test_a_target_that_removes_nothing_is_not_asked_for_ever(guest: Run) -> None:
    guest.meet()
    for _ in range(40):
        guest.make(GIVEN_SESSIONS)
    guest.account.deaf = True
    assert len(guest.remove()) == 40
    assert len(guest.account.deleted) == 43


def test_a_service_is_spared_unless_it_shows_our_name(run: Run) -> None:
    run.ledger.before((Probe(operation="C", method="POST", path=SERVICES),), 1)
    (entry,) = run.ledger.outstanding()
    theirs = Probe(operation="C", method="POST", path=SERVICES)
    answer = json.dumps({"sid": GIVEN, "unique_name": "x"}).encode()
    run.ledger.after(
        Exchange(
            number=entry.number,
            probe=theirs,
            sent=Request(method="POST", url=SERVICES),
            response=Response(status=201, body=answer),
        )
    )
    assert run.remove() == [f"{SERVICES}/{GIVEN}"]
    assert run.account.deleted == []
    del run.account.there[f"{SERVICES}/{GIVEN}"]
    assert run.remove() == []


def test_sessions_that_outlive_their_service_are_removed(run: Run) -> None:
    run.make(SERVICES, f"{TAG}-main")
    home = f"{[*run.account.there][-1]}/Sessions"
    run.account.cascades = False
    run.make(home, f"{TAG}-a")
    run.make(home)
    assert run.remove() == []
    assert not any(path.startswith(home) for path in run.account.there)


def test_what_was_not_proven_at_first_is_tried_once_more(guest: Run) -> None:
    guest.meet()
    for number in range(6):
        guest.make(GIVEN_SESSIONS, f"{TAG}-{number}")
    stays = {path for path, name in guest.account.there.items() if name == f"{TAG}-5"}
    guest.account.lose = lambda probe: (
        probe.method == "GET"
        and (probe.path in stays or len(guest.account.deleted) < 6)
    )
    assert guest.remove() == [*stays]


def test_a_delete_that_got_lost_is_sent_again(run: Run) -> None:
    run.make(SERVICES, f"{TAG}-main")
    made = [*run.account.there][-1]
    run.account.deaf = True
    run.account.lose = lambda _: run.account.deaf
    run.recorder = Recorder(
        run.account,
        before=run.ledger.before,
        after=run.ledger.after,
        sleep=lambda _: setattr(run.account, "deaf", False),
    )
    assert run.remove() == []
    assert run.account.deleted == [made, made]


def test_a_delete_that_always_gets_lost_is_not_sent_for_ever(run: Run) -> None:
    run.make(SERVICES, f"{TAG}-main")
    made = [*run.account.there][-1]
    run.account.deaf = True
    run.account.lose = lambda probe: probe.method == "DELETE"
    assert run.remove() == [made]
    assert run.account.deleted == [made] * 5


def test_pages_that_lead_in_a_circle_come_to_an_end(guest: Run) -> None:
    circle = {
        "sessions": [{"sid": "KC1"}, "no object", {"sid": 1}],
        "meta": {"key": "sessions", "next_page_url": "http://[broken"},
    }
    guest.account.says = circle
    guest.meet()
    assert len(guest.recorder.exchanges) == 2
    assert not guest.ledger.knows_earlier


@pytest.mark.parametrize(
    "shown", [{}, {"meta": 1}, {"meta": {"key": "sessions"}, "sessions": 1}]
)
def test_a_list_that_is_none_shows_nothing(guest: Run, shown: object) -> None:
    guest.account.says = shown
    guest.meet()
    assert not guest.ledger.was_earlier("KC1")
