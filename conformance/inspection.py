"""Inspection: recorded traffic of any origin becomes a history that can be judged."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from conformance import __version__
from conformance.contract import Contract
from conformance.exchange import Exchange, Probe, Trouble
from conformance.library import Library
from conformance.oracles.sid import is_sid
from conformance.record import Footer, Header, Record, Redactor
from conformance.targets.credentials import Account
from conformance.targets.har import Entry, HarError
from conformance.verdict import Exit

PARTIAL = "traffic"
"""The profile of traffic that is a part of what the target saw."""

COMPLETE = "full"
"""The profile of traffic that is all that the target saw."""

_ROOT = "/v1/Services"
_SECRETS_MAX = 100
_ELSEWHERE = "sent elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What was recorded of one target; `aside` counts what was left aside, and why."""

    base: str
    account_sid: str
    service_sid: str
    exchanges: tuple[Exchange, ...]
    aside: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def whole(self) -> bool:
        """Whether nothing that was sent to the target is left aside."""
        return self.aside.keys() <= {_ELSEWHERE}


def recognised(entries: Iterable[Entry], contract: Contract, base: str = "") -> Traffic:
    """Return what was sent to one target, without credentials.

    `base` is its URL, that to which most requests went if it is "". Raises HarError
    where the entries hold no request to the API.
    """
    some = tuple(entries)
    placed = [(*_placed(entry.sent.url), entry) for entry in some]
    counts = Counter(where for where, _, _ in placed if where)
    wanted = base.rstrip("/") or next((w for w, _ in counts.most_common(1)), "")
    if not counts[wanted]:
        told = f" under {wanted}" if wanted else ""
        raise HarError(f"expected requests to …{_ROOT}{told}, observed none")
    ours = [(url, entry) for where, url, entry in placed if where == wanted]
    redactor = Redactor(_secrets(entry for _, entry in ours))
    exchanges = tuple(
        redactor.exchange(_exchange(number, url, entry, contract))
        for number, (url, entry) in enumerate(
            ((url, entry) for url, entry in ours if not entry.lacking), start=1
        )
    )
    aside = Counter(entry.lacking for _, entry in ours if entry.lacking)
    if elsewhere := len(some) - len(ours):
        aside[_ELSEWHERE] = elsewhere
    return Traffic(
        base=redactor.text(wanted),
        account_sid=_account_sid(exchanges, ours),
        service_sid=_service_sid(exchanges, contract),
        exchanges=exchanges,
        aside=dict(aside),
    )


def recorded(traffic: Traffic, library: Library, *, name: str, profile: str) -> Record:
    """Return the traffic as a record without verdicts."""
    return Record(
        header=Header(
            suite=__version__,
            contract=library.contract_digest,
            catalogue=library.catalogue_digest,
            target=traffic.base,
            account_sid=traffic.account_sid,
            profile=profile,
            seed=0,
            tag="",
            service_sid=traffic.service_sid,
            started="",
            name=name,
        ),
        exchanges=traffic.exchanges,
        footer=Footer(
            exit=Exit.INCOMPLETE,
            counts={},
            requests=len(traffic.exchanges),
            seconds=max((e.ended_ms for e in traffic.exchanges), default=0.0) / 1000,
        ),
    )


def _placed(url: str) -> tuple[str, str]:
    """Return the base URL and the request target below it; "" twice if not ours."""
    scheme, between, rest = url.partition("://")
    if scheme.lower() not in {"http", "https"} or not between:
        return "", ""
    path, mark, query = rest.partition("?")
    before, root, after = path.partition(_ROOT)
    if not root or (after and not after.startswith("/")):
        return "", ""
    authority, slash, prefix = before.partition("/")
    base = f"{scheme.lower()}://{authority.lower()}{slash}{prefix}"
    return base, f"{root}{after}{mark}{query}"


def _secrets(entries: Iterable[Entry]) -> tuple[Account, ...]:
    """Return the credentials in some entries, each once."""
    secrets = {secret: None for entry in entries for secret in entry.secrets}
    if len(secrets) > _SECRETS_MAX:
        raise HarError(f"expected at most {_SECRETS_MAX} different credentials")
    return tuple(secrets)


def _exchange(number: int, url: str, entry: Entry, contract: Contract) -> Exchange:
    sent = replace(entry.sent, url=url)
    operation = contract.match(sent.method, sent.path)
    path, _, query = url.partition("?")
    return Exchange(
        number=number,
        probe=Probe(
            operation=operation.id if operation else "",
            method=sent.method,
            path=path,
            query=query,
            headers=tuple(h for h in sent.headers if h[0].lower() == "content-type"),
            body=sent.body or None,
        ),
        sent=sent,
        response=entry.response,
        # Who gave up is not recorded: it may well have been the client.
        trouble=None if entry.response else Trouble.TIMEOUT,
        began_ms=entry.began_ms,
        elapsed_ms=entry.elapsed_ms,
    )


def _account_sid(
    exchanges: Iterable[Exchange], ours: Iterable[tuple[str, Entry]]
) -> str:
    """Return the account that most answers name, or else that most requests act for."""
    shown = Counter(
        sid
        for exchange in exchanges
        if isinstance(sid := exchange.fields.get("account_sid"), str)
        and is_sid(sid, prefix="AC")
    )
    sent = Counter(
        secret.sid
        for _, entry in ours
        for secret in entry.secrets
        if is_sid(secret.sid, prefix="AC")
    )
    return next((sid for some in (shown, sent) for sid, _ in some.most_common(1)), "")


def _service_sid(exchanges: Iterable[Exchange], contract: Contract) -> str:
    """Return the one Service in which all went on, "" if it was made on the way."""
    used: set[str] = set()
    made: list[object] = []
    for exchange in exchanges:
        operation = contract.match(exchange.sent.method, exchange.sent.path)
        if operation is None:
            continue
        if operation.id == "CreateService":
            made.append(exchange.fields.get("sid"))
        values = contract.path_values(operation, exchange.sent.path)
        used.add(values.get("ServiceSid", ""))
    used.discard("")
    only = used.pop() if len(used) == 1 else ""
    return only if is_sid(only, prefix="KS") and only not in made else ""
