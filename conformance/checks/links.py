"""Checks about the URLs that a Session shows: its own, and its lists'."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from conformance.checks.locations import located, misses, mount
from conformance.checks.properties import themselves
from conformance.evidence import Evidence
from conformance.exchange import labelled
from conformance.judge import Check
from conformance.oracles import url
from conformance.oracles.schema import kind
from conformance.verdict import Verdict, chose, judged, unknown

_ABSENT = 0  # no JSON type of a URL or of links, as null may be one
_LINKS = {"participants": "/Participants", "interactions": "/Interactions"}


def session_url_is_its_own(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the url of each Session (LINK-001)."""
    above = mount(evidence)
    passed: set[str] = set()
    for seen, path in located(evidence):
        shown = seen.fields.get("url", _ABSENT)
        if shown is not None and not isinstance(shown, str):
            continue
        symptom = "" if shown is None else misses(shown, path, above)
        if symptom or seen.operation not in passed:
            passed.add(seen.operation)
            yield judged(
                "LINK-001",
                seen.operation,
                not symptom,
                expected=f"an absolute URL with the path {above}{path}",
                observed=repr(shown),
                symptom=symptom,
                subject="null" if shown is None else "",
                evidence=(seen.exchange.number,),
            )


def session_links_are_there(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on which links a Session has (LINK-002)."""
    passed: set[str] = set()
    for seen in themselves(evidence):
        links = seen.fields.get("links", _ABSENT)
        if links is not None and not isinstance(links, Mapping):
            continue
        lacks = "" if links is None else _lacks(links)
        if lacks or seen.operation not in passed:
            passed.add(seen.operation)
            yield judged(
                "LINK-002",
                seen.operation,
                not lacks,
                expected="the links participants and interactions, each a string",
                observed=lacks,
                symptom=lacks,
                subject="null" if links is None else "",
                evidence=(seen.exchange.number,),
            )


def _lacks(links: Mapping[str, Any]) -> str:
    """Return which links are not there as texts, "" for none."""
    return ", ".join(
        f"{name} {kind(links[name]) if name in links else 'absent'}"
        for name in _LINKS
        if not isinstance(links.get(name), str)
    )


def session_links_are_below_it(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each link of a Session (LINK-003)."""
    above = mount(evidence)
    passed: set[tuple[str, str]] = set()
    for seen, path in located(evidence):
        links = seen.fields.get("links", _ABSENT)
        named = links if isinstance(links, Mapping) else {}
        for name, below in _LINKS.items():
            shown = named.get(name)
            # Null may stand for all links, and for none of them.
            if links is not None and not isinstance(shown, str):
                continue
            symptom = misses(shown, path + below, above) if shown else ""
            if symptom or (seen.operation, name) not in passed:
                passed.add((seen.operation, name))
                yield judged(
                    "LINK-003",
                    seen.operation,
                    not symptom,
                    expected=f"an absolute URL with the path {above}{path}{below}",
                    observed=repr(shown),
                    symptom=f"{name}: {symptom}",
                    subject=name,
                    evidence=(seen.exchange.number,),
                )


def session_links_resolve(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each list that a live Session links to (LINK-004)."""
    for scene in evidence.scenes("session-object/FetchSession"):
        whole = labelled(scene, "whole")
        there = any(exchange.accepted for exchange in whole)
        for linked in labelled(scene, "linked"):
            operation = linked.probe.operation
            numbers = (*(exchange.number for exchange in whole), linked.number)
            if linked.undecided or not there:
                why = linked.observed if there else "the Session is not there either"
                yield unknown("LINK-004", operation, why, evidence=numbers)
            else:
                yield judged(
                    "LINK-004",
                    operation,
                    linked.accepted,
                    expected="200 from the list that a live Session links to",
                    observed=linked.observed,
                    symptom=linked.observed_class,
                    evidence=numbers,
                )


def host_of_urls(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which host the URLs of Sessions name (LINK-005)."""
    hosts: dict[str, dict[str, int]] = {}
    for seen in themselves(evidence):
        named = hosts.setdefault(seen.operation, {})
        for shown in _urls(seen.fields):
            if host := _host(shown):
                named.setdefault(host, seen.exchange.number)
    for operation, named in hosts.items():
        if not named:
            continue
        first = f".{min(named)}"
        one = (
            "a host of twilio.com" if first.endswith(".twilio.com") else "another host"
        )
        choice = one if len(named) == 1 else "several hosts"
        numbers = tuple(dict.fromkeys(named.values()))
        yield chose("LINK-005", operation, choice, subject=choice, evidence=numbers)


def _urls(fields: Mapping[str, Any]) -> Iterator[str]:
    links = fields.get("links")
    shown = [fields.get("url"), *(links.values() if isinstance(links, dict) else ())]
    return (text for text in shown if isinstance(text, str))


def _host(shown: str) -> str:
    """Return the host of a URL; what follows the host is not looked at."""
    # No slash of a host's own stands before the ninth character of `http://h`.
    end = shown.find("/", 8)
    return _host_of(shown if end < 0 else shown[:end])


@lru_cache(maxsize=256)
def _host_of(origin: str) -> str:
    return url.host(origin)


CHECKS: tuple[Check, ...] = (
    session_url_is_its_own,
    session_links_are_there,
    session_links_are_below_it,
    session_links_resolve,
    host_of_urls,
)
