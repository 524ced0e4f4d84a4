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
from conformance.report.listed import listed
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
    """Send the chain of a finding again, judge it, and remove what it created.

    Where it does not fail any more, all that its scenes did is sent, too: only beside
    every control does what failed show that it holds now.
    """
    recorder = Recorder(target, before=ledger.before, after=ledger.after)
    try:
        if setting.service_sid:
            template = setting.library.contract.operation("ListSession").path
            path = template.replace("{ServiceSid}", setting.service_sid)
            recorder.play(acquaintance(ledger, path), "set-up")
        play = _Play(shown=shown, setting=setting, recorder=recorder, clock=clock)
        replayed = play.chain(shown.chain)
        if replayed.fate is not Fate.STILL and not play.withheld:
            whole = play.whole() or replayed
            undecided = whole.exit is Exit.INCOMPLETE and replayed.exit is whole.exit
            replayed = replayed if undecided else whole
    finally:
        recorder.play(removal(ledger), "clean-up")
    left_behind = ledger.outstanding()
    if left_behind:
        return replace(replayed, exit=Exit.LEFT_BEHIND, left_behind=left_behind)
    return replayed


@dataclass(slots=True, kw_only=True)
class _Play:
    """A finding while it is sent again; `withheld` says that some of it never is."""

    shown: Shown
    setting: Setting
    recorder: Recorder
    clock: Clock
    withheld: bool = False

    def chain(self, chain: Chain) -> Replayed:
        """Return what came of the chain, which is followed or given up."""
        sent: list[tuple[Step, Exchange]] = []
        try:
            for pair in self._sent(chain, dict(chain.given) | {TAG: self.setting.tag}):
                sent.append(pair)  # noqa: PERF402  what was sent before an error counts
        except ReplayError as error:
            return Replayed(
                fate=Fate.CHANGED,
                reason=str(error),
                exit=Exit.INCOMPLETE,
                exchanges=tuple(exchange for _, exchange in sent),
            )
        return _judged(self.shown, sent, self.setting)

    def whole(self) -> Replayed | None:
        """Return what came of all that the scenes did, None if that is too much.

        What would go on from an answer that is another now is left out. What was read
        last is read before it was written, too: that it was there is the control.
        """
        whole = self.shown.whole
        if whole is None:
            return None
        whole = _controlled(whole, self.shown.finding.evidence)
        if len(whole.steps) <= len(self.shown.chain.steps):
            return None
        # Its names are others, for those of the chain are taken.
        given = dict(whole.given) | {TAG: f"{self.setting.tag}-all"}
        sent = list(self._sent(whole, given, lenient=True))
        return _judged(self.shown, sent, self.setting)

    def _sent(
        self, chain: Chain, values: dict[str, str], *, lenient: bool = False
    ) -> Iterator[tuple[Step, Exchange]]:
        """Yield the steps and exchanges of a chain as it is sent, ids captured anew."""
        lacking: set[str] = set()
        if self.setting.service_sid:
            values[SERVICE_SID] = self.setting.service_sid
        for group in _groups(chain.steps):
            steps = tuple(s for s in group if lacking.isdisjoint(s.uses))
            lacking.update(c.name for s in group if s not in steps for c in s.captures)
            if not steps:
                continue
            probes = tuple(self._probe(step, values) for step in steps)
            self.clock.sleep(steps[0].wait_s)
            for step, exchange in zip(steps, self.recorder.send(probes), strict=True):
                yield step, exchange
                for capture in step.captures:
                    value = _captured(capture, exchange)
                    if value is not None:
                        values[capture.name] = value
                    elif lenient:
                        lacking.add(capture.name)
                    else:
                        raise ReplayError(_lacks(capture, exchange))

    def _probe(self, step: Step, values: Mapping[str, str]) -> Probe:
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
        given_sid = self.setting.service_sid
        if given_sid and overreaches(fresh, given_sid):
            self.withheld = True
            raise ReplayError(
                f"withheld {fresh.method}: it might reach what is not ours"
            )
        return fresh


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


def _controlled(chain: Chain, cited: Iterable[int]) -> Chain:
    """Return the chain with the last cited read also before the first cited write."""
    numbers = frozenset(cited)
    some = [step for step in chain.steps if step.exchange.number in numbers]
    write = next((s for s in some if s.exchange.sent.method != "GET"), None)
    if write is None or some[-1].exchange.sent.method != "GET":
        return chain
    control = replace(some[-1], captures=(), wait_s=0.0, together=False)
    at = chain.steps.index(write)
    return replace(chain, steps=(*chain.steps[:at], control, *chain.steps[at:]))


def _captured(capture: Capture, exchange: Exchange) -> str | None:
    """Return the value that the chain goes on with, as a URL takes it, or None."""
    value = capture.read(exchange.fields) if exchange.accepted else None
    if value is None:
        return None
    return quote(value, safe=_QUERY if capture.parameter else "")


def _lacks(capture: Capture, exchange: Exchange) -> str:
    what = f"{exchange.probe.operation or exchange.sent.method} answered"
    return f"{what} {exchange.observed} without a {capture.name}"


def _judged(
    shown: Shown, sent: list[tuple[Step, Exchange]], setting: Setting
) -> Replayed:
    """Return what the new exchanges say of the finding."""
    exchanges = tuple(exchange for _, exchange in sent)
    fate, reason, code = _fate(shown, sent, setting)
    return Replayed(fate=fate, reason=reason, exit=code, exchanges=exchanges)


def _fate(
    shown: Shown, sent: list[tuple[Step, Exchange]], setting: Setting
) -> tuple[Fate, str, Exit]:
    """Return what has become of the finding, why, and the exit code."""
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
    exchanges = tuple(exchange for _, exchange in sent)
    history = History(account_sid=setting.account_sid, exchanges=exchanges)
    verdicts = judge_history(history, plan).verdicts
    finding = shown.finding
    mine = [v for v in verdicts if _key(v) == (finding.requirement, finding.operation)]
    fails = [v for v in mine if v.outcome is Outcome.FAIL]
    for same in (v for v in fails if v.symptom == finding.symptom):
        return Fate.STILL, same.reason, Exit.NON_CONFORMANT
    if fails:
        return Fate.CHANGED, f"fails otherwise: {fails[0].reason}", Exit.NON_CONFORMANT
    old = frozenset(finding.evidence)
    cited = {new.number for step, new in sent if step.exchange.number in old}
    told = [v for v in mine if not v.evidence or not cited.isdisjoint(v.evidence)]
    told = told or mine
    if any(step.exchange.number in old and _emptied(step, new) for step, new in sent):
        # What others had put there may be all that was wrong with it.
        return Fate.CHANGED, "the page that failed shows nothing now", Exit.INCOMPLETE
    if told and all(v.outcome is Outcome.PASS for v in told):
        return Fate.FIXED, "what failed holds now", Exit.CONFORMANT
    undecided = next((v.reason for v in told if v.outcome is not Outcome.PASS), "")
    reason = undecided or "nothing that came back bears on it"
    return Fate.CHANGED, reason, Exit.INCOMPLETE


def _emptied(step: Step, new: Exchange) -> bool:
    """Return whether a page that may have shown something shows nothing any more."""
    old = step.exchange
    if not old.probe.operation.startswith("List") or not new.accepted:
        return False
    return not _items(new) and bool(_items(old) or not old.fields)


def _items(page: Exchange) -> int:
    return sum(len(listed(value)) for value in page.fields.values())


def _key(verdict: Verdict) -> tuple[str, str]:
    return verdict.requirement, verdict.operation
