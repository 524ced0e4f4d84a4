"""Checks about UniqueName: what it may be, how it is shown, and what is unique."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from conformance.checks.refusal import refusal, refused, where_accepted
from conformance.evidence import Evidence
from conformance.exchange import Exchange, Role, labelled, pairs
from conformance.judge import Check
from conformance.models.act import CREATE, FETCH, LIST
from conformance.models.timeline import Stride, strides
from conformance.models.values import asked_values
from conformance.oracles import names
from conformance.verdict import Verdict, chose, judged, unknown

_TAKEN = frozenset({400, 409})
_CODE = 80603
_NOT_FOUND = 404
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LAWFUL = ("name-kept", "name-length", "name-words", "name-drawn")
_TOO_LONG = ("name-length", "name-drawn")
_APART: Mapping[str, str] = {"letter case": "NAME-013", "accent": "NAME-014"}


def names_are_kept(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each name that is shown (NAME-001, NAME-002, NAME-003).

    Creates are judged wherever they are seen; fetches and lists in the scenes about
    names, as everywhere else they are held against the create.
    """
    for stride in evidence.view(strides):
        act, name = stride.step.act, _given(stride)
        shown = (act.shown or {}).get("unique_name")
        if not isinstance(shown, str) or not names.is_plain(name):
            continue
        numbers = tuple(sorted({stride.step.before.last, stride.exchange.number} - {0}))
        cut = names.is_cut(name, shown)
        rows = [] if cut else [_row(name)]
        if names.is_extreme(name) and act.operation != LIST:
            rows.append("NAME-003")
        for row in rows:
            yield judged(
                row,
                act.operation,
                not cut if row == "NAME-003" else names.is_same(name, shown),
                expected=f"the name {name!r}",
                observed=repr(shown),
                symptom=names.miss(name, shown),
                subject=stride.exchange.probe.label or "any",
                evidence=numbers,
            )


def lawful_names_are_accepted(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each lawful name that is refused (NAME-001 to NAME-003).

    It counts only where another create with a name is accepted.
    """
    for scene in _scenes(evidence, _LAWFUL):
        for exchange in scene:
            spoilt = exchange.probe.role is Role.SPOILT
            name = _asked(exchange)
            if exchange.accepted or spoilt or not names.is_plain(name):
                continue
            row = "NAME-003" if names.is_extreme(name) else _row(name)
            yield _acceptance(evidence, row, exchange, f"the name {name!r}")


def too_long_names_are_refused(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each name of more than 191 characters (NAME-004)."""
    for scene in _scenes(evidence, _TOO_LONG):
        for spoilt, control in pairs(scene):
            yield refusal("NAME-004", spoilt, control)


def refused_creates_leave_nothing(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on what is in a Service after refused creates (NAME-005).

    A Session that some other create answered is not left behind, wherever it is shown.
    """
    known = evidence.view(_created)
    for scene in evidence.scenes("name-refused"):
        creates = [e for e in scene if e.probe.operation == CREATE]
        refusals = [e.number for e in creates if e.refused]
        for listed in labelled(scene, "listed"):
            sids = {
                seen.sid.lower()
                for seen in evidence.sessions
                if seen.exchange is listed
            }
            lost = any(e.undecided for e in creates)
            if lost or not refusals or sids.isdisjoint(known):
                why = (
                    "a create got no plain answer, none was refused, or none is listed"
                )
                yield unknown("NAME-005", CREATE, why, evidence=(listed.number,))
                continue
            yield judged(
                "NAME-005",
                CREATE,
                sids <= known,
                expected="the Sessions whose creation was accepted",
                observed=f"{len(sids - known)} more",
                symptom="a Session more",
                evidence=(*refusals, listed.number),
            )


def refused_creates_take_no_name(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each name that is sent again alone (NAME-006)."""
    for scene in evidence.scenes("name-refused"):
        for first, second in pairwise(scene):
            labels = first.probe.label, second.probe.label
            if labels == ("refused", "again") and _asked(first) == _asked(second):
                what = "the name that a refused create had asked for"
                if first.refused:
                    yield _acceptance(evidence, "NAME-006", second, what, first)
                else:
                    why = f"the first create: {first.observed}"
                    yield unknown("NAME-006", CREATE, why, evidence=(first.number,))


def taken_name_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield how a name is refused that is taken (NAME-008)."""
    for scene in evidence.scenes("name-taken"):
        for spoilt, control in pairs(scene):
            if spoilt.status in _TAKEN and control.accepted:
                own = spoilt.fields.get("code") == _CODE
                code = str(_CODE) if own else "another code"
                yield _chose("NAME-008", spoilt, f"{spoilt.status} and {code}")


def names_of_other_services_are_free(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on a name that a Session of another Service has (NAME-009)."""
    for scene in evidence.scenes("name-taken"):
        first = labelled(scene, "first")[0]
        for exchange in labelled(scene, "elsewhere"):
            what = "the name of a Session of another Service"
            yield _acceptance(evidence, "NAME-009", exchange, what, first)


def different_names_are_apart(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of names that differ in one place (NAME-010, 013, 014)."""
    for scene in evidence.scenes("name-apart"):
        for first, second in zip(scene[::2], scene[1::2], strict=False):
            row = _APART.get(first.probe.pair, "NAME-010")
            if row != "NAME-010":
                if first.accepted and (second.accepted or second.status in _TAKEN):
                    apart = "different names" if second.accepted else "the same name"
                    yield _chose(row, second, apart)
            elif first.accepted:
                what = f"a name that differs in {second.probe.label}"
                yield _acceptance(evidence, row, second, what, first)
            else:
                why = f"the first name of the pair: {first.observed}"
                yield unknown(row, CREATE, why, evidence=(first.number,))


def deleted_names_are_free(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the name of a Session that was deleted (NAME-011)."""
    for scene in evidence.scenes("name-taken"):
        for deleted in labelled(scene, "deleted"):
            for again in labelled(scene, "freed"):
                if deleted.accepted:
                    what = "the name of a deleted Session"
                    yield _acceptance(evidence, "NAME-011", again, what, deleted)
                else:
                    why = f"the delete: {deleted.observed}"
                    yield unknown("NAME-011", CREATE, why, evidence=(again.number,))


def closed_name_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether the name of a closed Session may be given again (NAME-012)."""
    for scene in evidence.scenes("name-taken"):
        closed = any(e.accepted for e in labelled(scene, "close"))
        for again in labelled(scene, "closed") if closed else ():
            if again.accepted or again.refused:
                choice = "accepted" if again.accepted else "refused"
                yield _chose("NAME-012", again, choice)


def odd_name_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of names that the documents do not speak of (NAME-015 on)."""
    for scene in evidence.scenes("name-odd"):
        for exchange in scene:
            kind, row = next(
                ((k, r) for k, r in _ODD.items() if exchange.probe.label.startswith(k)),
                ("", ""),
            )
            if not row or exchange.probe.operation != CREATE:
                continue
            choice = "refused" if exchange.refused else _became(kind, exchange)
            if choice:
                yield _chose(row, exchange, choice)


def empty_name_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what an empty name amounts to, sent twice (NAME-017)."""
    for scene in evidence.scenes("name-odd"):
        for first, second in pairwise(labelled(scene, "empty")):
            match first, second:
                case Exchange(accepted=True), Exchange(accepted=True):
                    yield _chose("NAME-017", second, "taken as omitted")
                case Exchange(accepted=True), Exchange(refused=True):
                    yield _chose("NAME-017", second, "a name like any other")
                case Exchange(refused=True), _:
                    yield _chose("NAME-017", first, "refused")
                case _:
                    continue


def names_in_the_path(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether a name finds its Session (NAME-020), or may be a SID (NAME-021)."""
    for scene in evidence.scenes("name-path"):
        for made, found in pairwise(scene):
            if found.probe.label == "by name" and not found.undecided:
                own = found.accepted and _sid(found.fields) == _sid(made.fields)
                named = str(found.status) if found.status == _NOT_FOUND else ""
                refused = named or ("another refusal" if found.refused else "")
                if choice := "found" if own else refused:
                    yield _chose("NAME-020", found, choice)
        for exchange in labelled(scene, "like a SID"):
            if exchange.accepted or exchange.refused:
                choice = "accepted" if exchange.accepted else "refused"
                yield _chose("NAME-021", exchange, choice)


def _scenes(
    evidence: Evidence, topics: tuple[str, ...]
) -> Iterator[tuple[Exchange, ...]]:
    for topic in topics:
        yield from evidence.scenes(topic)


def _given(stride: Stride) -> str:
    """Return the name that a Session was created with, "" where it is not judged."""
    step = stride.step
    if step.act.operation == CREATE:
        return str(step.act.asked.get("unique_name", ""))
    told = step.act.operation in {FETCH, LIST} and step.before.creation
    if not told or not stride.exchange.probe.scene.startswith("name-"):
        return ""
    return str(told.asked.get("unique_name", ""))


def _asked(exchange: Exchange) -> str:
    """Return the name that a create asks for, "" if it is not one for certain."""
    return str(asked_values(exchange.sent.form).get("unique_name", ""))


def _row(name: str) -> str:
    return "NAME-001" if name.isascii() else "NAME-002"


def _sid(fields: Mapping[str, object]) -> str:
    return str(fields.get("sid", "")).lower()


def _acceptance(
    evidence: Evidence, row: str, exchange: Exchange, what: str, *earlier: Exchange
) -> Verdict:
    """Return the verdict on a create that is lawful.

    A refusal counts only if the same Service accepts another create.
    """
    numbers = (*(e.number for e in earlier), exchange.number)
    subject = exchange.probe.label
    if not exchange.accepted and not (exchange.refused and _open(evidence, exchange)):
        why = "no other create is accepted" if exchange.refused else exchange.observed
        return unknown(row, CREATE, why, subject=subject, evidence=numbers)
    return judged(
        row,
        CREATE,
        exchange.accepted,
        expected=f"{what} to be accepted",
        observed=exchange.observed,
        symptom=f"refused, {exchange.observed_class}",
        subject=subject,
        evidence=numbers,
    )


def _open(evidence: Evidence, refused: Exchange) -> bool:
    """Return whether the Service of a refused create accepts another one."""
    return refused.sent.path in evidence.view(_creating)


def _creating(evidence: Evidence) -> frozenset[str]:
    """Return the paths under which some create was accepted."""
    return frozenset(
        exchange.sent.path
        for exchange, operation in evidence.succeeded
        if operation.id == CREATE
    )


def _created(evidence: Evidence) -> frozenset[str]:
    """Return the SIDs that creates answered, in lower case."""
    return frozenset(
        _sid(exchange.fields)
        for exchange, operation in evidence.answered
        if operation.id == CREATE and exchange.accepted
    )


def _became(kind: str, exchange: Exchange) -> str:
    """Return what was made of an odd name, "" where nothing can be told."""
    shown, name = exchange.fields.get("unique_name"), _asked(exchange)
    if not exchange.accepted or not isinstance(shown, str):
        return ""
    match kind:
        case "normalisable":
            return names.form(name, shown)
        case "surrounded":
            cut = "cut off" if shown == name.strip() else ""
            return "kept" if shown == name else cut
        case "control":
            return "kept" if shown == name else "changed"
        case _:
            return "replaced" if _REPLACEMENT in shown else "taken otherwise"


def _chose(row: str, exchange: Exchange, choice: str) -> Verdict:
    return chose(
        row,
        exchange.probe.operation,
        choice,
        subject=exchange.probe.label,
        evidence=(exchange.number,),
    )


_ODD: Mapping[str, str] = {
    "normalisable": "NAME-015",
    "surrounded": "NAME-016",
    "control": "NAME-018",
    "invalid": "NAME-019",
}

CHECKS: tuple[Check, ...] = (
    names_are_kept,
    lawful_names_are_accepted,
    too_long_names_are_refused,
    refused_creates_leave_nothing,
    refused_creates_take_no_name,
    refused("NAME-007", "name-taken", statuses=_TAKEN),
    taken_name_choices,
    names_of_other_services_are_free,
    different_names_are_apart,
    deleted_names_are_free,
    closed_name_choices,
    where_accepted(odd_name_choices),
    where_accepted(empty_name_choices),
    where_accepted(names_in_the_path),
)
