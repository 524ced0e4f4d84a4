"""Replay: the chain behind one finding sent again, and what has become of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import quote

from conformance.catalogue import Profile
from conformance.exchange import Exchange, History, Probe
from conformance.ledger import Entry, Ledger
from conformance.library import Library
from conformance.perform import Recorder
from conformance.reach import overreaches
from conformance.removal import acquaintance, removal
from conformance.report import Chain, Shown, Step, View
from conformance.report.chain import SERVICE_SID, TAG, Capture, filled
from conformance.run import Plan, judge_history
from conformance.targets import Clock, Target
from conformance.verdict import Exit, Outcome, Verdict

_QUERY = "%!~*'()=+/.,:;@$"


class ReplayError(ValueError):
    """What cannot be sent again; the message is one clear line."""


class Fate(StrEnum):
    """What has become of a finding."""

    FIXED = "fixed"
    STILL = "still failing"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of sending a chain again."""

    fate: Fate
    reason: str
    exit: Exit
    exchanges: tuple[Exchange, ...]
    left_behind: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and as whom a chain is sent; `service_sid` is the user's Service, or ""."""

    library: Library
    profile: Profile
    account_sid: str
    tag: str
    service_sid: str = ""
    expectations: Mapping[str, str] = field(default_factory=dict[str, str])


def found(view: View, wanted: str) -> Shown:
    """Return the finding of that key, or the first of that requirement (operation).

    Raises ReplayError, naming what there is.
    """
    shown = view.findings()
    for one in shown:
        if wanted.upper() in _names(one):
            return one
    known = ", ".join(dict.fromkeys(one.id for one in shown)) or "none"
    raise ReplayError(f"no finding {wanted!r} in the record; it has {known}")


def _names(shown: Shown) -> Iterator[str]:
    parts = shown.id.upper().split("/")
    yield from ("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def replay(
    shown: Shown, setting: Setting, target: Target, clock: Clock, ledger: Ledger
) -> Replayed:
    """Send the chain of a finding again, judge it, and remove what it created."""
    exchanges: list[Exchange] = []
    recorder = Recorder(target, before=ledger.before, after=ledger.after)
    broken = ""
    try:
        if setting.service_sid:
            template = setting.library.contract.operation("ListSession").path
            path = template.replace("{ServiceSid}", setting.service_sid)
            recorder.play(acquaintance(ledger, path), "set-up")
        exchanges.extend(_sent(shown.chain, setting, recorder, clock))
    except ReplayError as error:
        broken = str(error)
    finally:
        recorder.play(removal(ledger), "clean-up")
    left_behind = ledger.outstanding()
    fate, reason, code = (
        (Fate.CHANGED, broken, Exit.INCOMPLETE)
        if broken
        else _fate(shown, tuple(exchanges), setting)
    )
    return Replayed(
        fate=fate,
        reason=reason,
        exit=Exit.LEFT_BEHIND if left_behind else code,
        exchanges=tuple(exchanges),
        left_behind=left_behind,
    )


def _sent(
    chain: Chain, setting: Setting, recorder: Recorder, clock: Clock
) -> Iterator[Exchange]:
    """Yield the exchanges of a chain as it is sent, its ids captured anew."""
    values = dict(chain.given) | {TAG: setting.tag}
    if setting.service_sid:
        values[SERVICE_SID] = setting.service_sid
    for steps in _groups(chain.steps):
        probes = tuple(_probe(step, values, setting.service_sid) for step in steps)
        clock.sleep(steps[0].wait_s)
        for step, exchange in zip(steps, recorder.send(probes), strict=True):
            yield exchange
            for capture in step.captures:
                values[capture.name] = _captured(capture, exchange)


def _groups(steps: Iterable[Step]) -> Iterator[tuple[Step, ...]]:
    """Yield the steps that go out at the same moment, in order."""
    group: list[Step] = []
    for step in steps:
        if group and not step.together:
            yield tuple(group)
            group = []
        group.append(step)
    if group:
        yield tuple(group)


def _probe(step: Step, values: Mapping[str, str], given_sid: str) -> Probe:
    probe, sent = step.exchange.probe, step.exchange.sent
    path, _, query = filled(step.url, values).partition("?")
    body = filled(step.body, values).encode("latin-1", "replace")
    fresh = replace(
        probe,
        method=sent.method,
        path=path,
        query=query,
        body=None if probe.body is None and not body else body,
    )
    if given_sid and overreaches(fresh, given_sid):
        raise ReplayError(f"withheld {fresh.method}: it might reach what is not ours")
    return fresh


def _captured(capture: Capture, exchange: Exchange) -> str:
    """Return the value that the chain goes on with, as a URL takes it."""
    value = capture.read(exchange.fields) if exchange.accepted else None
    if value is None:
        what = f"{exchange.probe.operation or exchange.sent.method} answered"
        raise ReplayError(f"{what} {exchange.observed} without a {capture.name}")
    return quote(value, safe=_QUERY if capture.parameter else "")


def _fate(
    shown: Shown, exchanges: tuple[Exchange, ...], setting: Setting
) -> tuple[Fate, str, Exit]:
    """Return what the new exchanges say of the finding, why, and the exit code."""
    plan = Plan(
        contract=setting.library.contract,
        catalogue=setting.library.catalogue,
        # Nobody else acts in a chain of our own.
        profile=replace(setting.profile, partial=False),
        account_sid=setting.account_sid,
        tag=setting.tag,
        service_sid=setting.service_sid,
        expectations=setting.expectations,
    )
    history = History(account_sid=setting.account_sid, exchanges=exchanges)
    verdicts = judge_history(history, plan).verdicts
    finding = shown.finding
    mine = [v for v in verdicts if _key(v) == (finding.requirement, finding.operation)]
    fails = [v for v in mine if v.outcome is Outcome.FAIL]
    for same in (v for v in fails if v.symptom == finding.symptom):
        return Fate.STILL, same.reason, Exit.NON_CONFORMANT
    if fails:
        return Fate.CHANGED, f"fails otherwise: {fails[0].reason}", Exit.NON_CONFORMANT
    cited = _anew(shown, exchanges)
    told = [v for v in mine if not v.evidence or not cited.isdisjoint(v.evidence)]
    if told and all(v.outcome is Outcome.PASS for v in told):
        return Fate.FIXED, "what failed holds now", Exit.CONFORMANT
    undecided = next((v.reason for v in told if v.outcome is not Outcome.PASS), "")
    reason = undecided or "nothing that came back bears on it"
    return Fate.CHANGED, reason, Exit.INCOMPLETE


def _key(verdict: Verdict) -> tuple[str, str]:
    return verdict.requirement, verdict.operation


def _anew(shown: Shown, exchanges: tuple[Exchange, ...]) -> frozenset[int]:
    """Return the numbers of the exchanges that stand for those of the finding."""
    pairs = zip(shown.chain.steps, exchanges, strict=True)
    cited = shown.finding.evidence
    return frozenset(new.number for old, new in pairs if old.exchange.number in cited)
