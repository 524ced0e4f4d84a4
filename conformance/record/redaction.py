"""Redaction: a secret is taken out of what was seen before anybody else sees it."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote, quote_plus

from conformance.exchange import Exchange, Probe, Request, Response
from conformance.targets import Target
from conformance.targets.credentials import STRANGER, Account

MARK = "[redacted]"
_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_COOKIES = frozenset({"cookie", "set-cookie"})
_WORD_MAX = 11
_SID = "(?P<sid>[A-Z]{2}[0-9a-fA-F]{32}(?![0-9A-Za-z]))"


class Redactor:
    """Replaces every form of the tokens of some accounts in what it is given.

    A short token is replaced only where it stands alone, and none inside a SID:
    there it would spoil honest answers, such as `PageToken` for the token `Token`.
    """

    def __init__(self, accounts: Iterable[Account] = ()) -> None:
        forms = {form for account in accounts for form in _forms(account)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        pattern = "|".join([_SID, *map(_pattern, longest_first)])
        self._texts = tuple(longest_first)
        self._datas = tuple(form.encode() for form in longest_first)
        self._text = re.compile(pattern)
        self._data = re.compile(pattern.encode())

    def text(self, text: str) -> str:
        """Return the text without secrets."""
        # Looking for each form first is many times faster than the pattern alone.
        if any(form in text for form in self._texts):
            return self._text.sub(lambda found: found["sid"] or MARK, text)
        return text

    def data(self, data: bytes) -> bytes:
        """Return the bytes without secrets."""
        if any(form in data for form in self._datas):
            return self._data.sub(lambda found: found["sid"] or MARK.encode(), data)
        return data

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return the exchange without secrets, credentials and cookies."""
        sent, response = exchange.sent, exchange.response
        return replace(
            exchange,
            probe=self._probe(exchange.probe),
            sent=Request(
                method=self.text(sent.method),
                url=self.text(sent.url),
                headers=self._headers(sent.headers),
                body=self.data(sent.body),
            ),
            response=response
            and Response(
                status=response.status,
                headers=self._headers(response.headers),
                body=self.data(response.body),
            ),
        )

    def _probe(self, probe: Probe) -> Probe:
        return replace(
            probe,
            path=self.text(probe.path),
            query=self.text(probe.query),
            headers=self._headers(probe.headers),
            body=None if probe.body is None else self.data(probe.body),
        )

    def _headers(
        self, headers: tuple[tuple[str, str], ...]
    ) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, MARK if name.lower() in _COOKIES else self.text(value))
            for name, value in headers
            if name.lower() not in _CREDENTIALS
        )


class Redacted:
    """A target whose answers have passed a redactor."""

    def __init__(self, target: Target, redactor: Redactor) -> None:
        self._target = target
        self._redactor = redactor

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        """Return one exchange per probe, numbered from `first`, without secrets."""
        return tuple(map(self._redactor.exchange, self._target.send(probes, first)))

    def close(self) -> None:
        """Let go of connections and threads."""
        self._target.close()


_SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: quote(text, safe=""),
    quote,
    quote_plus,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: text.encode().decode("latin-1"),  # as header bytes are read
)


def _forms(account: Account) -> Iterator[str]:
    """Yield every form in which the token of an account might turn up.

    Also of the token one character longer or shorter, and of what goes out for
    another account, for some probes carry those.
    """
    token = account.token
    if not token:
        return
    nears = tuple(filter(None, (token, f"{token}0", token[:-1])))
    pairs = (f"{sid}:{near}" for sid in (account.sid, STRANGER) for near in nears)
    packed = [text.encode() for text in (*nears, *pairs)]
    plains = [
        *nears,
        *(base64.b64encode(data).decode("ascii") for data in packed),
        *(base64.urlsafe_b64encode(data).decode("ascii") for data in packed),
    ]
    for plain in plains:
        for spell in _SPELLINGS:
            form = spell(plain)
            yield form
            yield re.sub(r"%[0-9A-F]{2}", lambda octet: octet.group().lower(), form)


def _pattern(form: str) -> str:
    """Return the pattern of one form; a short one has to stand alone."""
    escaped = re.escape(form)
    if len(form) > _WORD_MAX:
        return escaped
    return rf"(?<![0-9A-Za-z]){escaped}(?![0-9A-Za-z])"
