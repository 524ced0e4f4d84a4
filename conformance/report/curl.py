"""A chain of requests as a shell script that anybody can run and read."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import groupby

from conformance.exchange import FORM, Credentials
from conformance.report.chain import TAG, Capture, Case, Chain, Part, Step, Text

_PLAIN = re.compile(r"[ -~]*")
_BARE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_QUOTABLE = re.compile(r"[ #-#%-\[\]-_a-~]*")
"""What means itself between double quotes, also to a shell with a history."""

_CURL = "curl -sS --path-as-is -g"
_ACCOUNT = "$TWILIO_ACCOUNT_SID"
_TOKEN = "$TWILIO_AUTH_TOKEN"  # noqa: S105  the name of a variable

_SID_OF_ANSWER = (
    "sid() { tee /dev/stderr | "
    r"""sed -n 's/.*"sid" *: *"\([^"]*\)".*/\1/p' | head -n 1; }"""
)

_AUTH: dict[Credentials, str] = {
    Credentials.OWN: f'-u "{_ACCOUNT}:{_TOKEN}"',
    Credentials.NONE: "",
    Credentials.WRONG_TOKEN: f'-u "{_ACCOUNT}:not-the-token"',
    Credentials.WRONG_ACCOUNT: f'-u "AC{"f" * 32}:{_TOKEN}"',
    Credentials.EMPTY_TOKEN: f'-u "{_ACCOUNT}:"',
    Credentials.SHORT_TOKEN: f'-u "{_ACCOUNT}:${{TWILIO_AUTH_TOKEN%?}}"',
    Credentials.LONG_TOKEN: f'-u "{_ACCOUNT}:{_TOKEN}0"',
    Credentials.NOT_BASIC: f"-H 'Authorization: Bearer {'0' * 32}'",
    Credentials.GARBLED: "-H 'Authorization: Basic ~~~'",
}

_RESPELL = {
    Case.UPPER: "tr a-z A-Z",
    Case.LOWER: "tr A-Z a-z",
    Case.ENCODED: r"od -An -v -tx1 | tr -d '\n' | tr ' a-f' '%A-F'",
}


def curl_script(chain: Chain, target: str) -> str:
    """Return a bash script that sends the chain to `target`.

    The credentials come from the environment, each id from the answer that gave it.
    Bytes that could act on a terminal are spelled, never written out.
    """
    return "\n".join([*_preamble(chain, target), *_requests(chain), *_removal(chain)])


def _preamble(chain: Chain, target: str) -> Iterator[str]:
    yield f"TARGET=${{TARGET:-{_word((target,))}}}"
    if _shortened(chain):
        yield f'send() {{ {_CURL} {_AUTH[Credentials.OWN]} "$@"; }}'
    if any(capture.pointer == ("sid",) for s in chain.steps for capture in s.captures):
        yield _SID_OF_ANSWER
    for name, value in chain.given.items():
        fresh = name == TAG and re.fullmatch(r"conf-[0-9a-f]{8}", value)
        yield (
            f"{name}=$(printf 'conf-%08x' $$)" if fresh else f"{name}={_word((value,))}"
        )


def _shortened(chain: Chain) -> bool:
    """Return whether enough requests carry our credentials to name the way once."""
    own = [s for s in chain.steps if s.exchange.probe.credentials is Credentials.OWN]
    return len(own) > 1


def _requests(chain: Chain) -> Iterator[str]:
    commands = partial(_commands, short=_shortened(chain))
    for command, same in groupby(chain.steps, key=commands):
        count = len(tuple(same))
        many = count > 1 and not command.startswith("#")
        yield f"for _ in $(seq {count}); do {command}; done" if many else command


def _commands(step: Step, *, short: bool) -> str:
    """Return the lines for one request: what comes before it, and what it captures."""
    command = curl(step, short=short)
    lines: list[str] = []
    if step.wait_s:
        lines.append(f"sleep {step.wait_s:g}")
    if step.together:
        lines.append("# at the same moment as the one before:")
    if len(step.captures) == 1:
        (capture,) = step.captures
        lines.append(f"{capture.name}=$({command} | {_take(capture)})")
    elif step.captures:
        lines.append(f"ANSWER=$({command})")
        for capture in step.captures:
            take = _take(capture)
            lines.append(f'{capture.name}=$(printf %s "$ANSWER" | {take})')
    else:
        lines.append(command)
    return "\n".join(lines)


def curl(step: Step, *, short: bool = False) -> str:
    """Return the command that sends one request, its ids as shell variables.

    In short it calls `send`, which the script defines, for curl with credentials.
    """
    probe, sent = step.exchange.probe, step.exchange.sent
    own = short and probe.credentials is Credentials.OWN
    words = ["send"] if own else [_CURL, _AUTH[probe.credentials]]
    if not step.captures:
        words.append("-i")
    if sent.method == "HEAD":
        words.append("-I")
    elif sent.method != ("POST" if step.body or sent.method == "POST" else "GET"):
        words.append(f"-X {_word((sent.method,))}")
    headers = probe.headers
    if sent.method == "POST" and ("Content-Type", FORM) in headers:
        headers = tuple(h for h in headers if h != ("Content-Type", FORM))
    elif step.body and not any(name.lower() == "content-type" for name, _ in headers):
        words.append("-H Content-Type:")
    words += [f"-H {_word((f'{name}: {value}',))}" for name, value in headers]
    pipe = ""
    if step.body and all(_is_plain(piece) for piece in step.body):
        words.append(f"--data-raw {_word(step.body)}")
    elif step.body:
        pipe = f"{_printf(step.body)} | "
        words.append("--data-binary @-")
    elif sent.method == "POST":
        words.append("-d ''")
    words.append(_word((Part(name="TARGET"), *step.url)))
    return pipe + " ".join(word for word in words if word)


def _removal(chain: Chain) -> Iterator[str]:
    """Yield how to remove what the chain creates: the first Service, or Session."""
    for step in chain.steps:
        if step.exchange.probe.operation in {"CreateService", "CreateSession"}:
            name = next((c.name for c in step.captures if c.pointer == ("sid",)), "")
            if name:
                url = (Part(name="TARGET"), *step.url, "/", Part(name=name))
                own = f"{_CURL} {_AUTH[Credentials.OWN]}"
                send = "send" if _shortened(chain) else own
                yield "# afterwards"
                yield f"{send} -X DELETE {_word(url)}"
                return


def _take(capture: Capture) -> str:
    """Return the filter that shows an answer and finds a captured value in it."""
    if capture.pointer == ("sid",):
        return "sid"
    if capture.parameter:
        key = capture.pointer[-1]
        pattern = rf's/.*"{key}" *: *"[^"]*PageToken=\([^&"]*\).*/\1/p'
        return f"tee /dev/stderr | sed -n '{pattern}'"
    path = "".join(
        f"[{key}]" if isinstance(key, int) else f".{key}" for key in capture.pointer
    )
    return f"tee /dev/stderr | jq -r '{path}'"


def _is_plain(piece: str | Part) -> bool:
    return isinstance(piece, Part) or _PLAIN.fullmatch(piece) is not None


def _word(text: Text) -> str:
    """Return the text as one shell word, safe to look at and to run."""
    if any(isinstance(piece, Part) for piece in text) and all(map(_fits, text)):
        return f'"{"".join(map(_within, text, (*text[1:], "")))}"'
    return "".join(map(_quoted, text)) or "''"


def _fits(piece: str | Part) -> bool:
    """Return whether a piece can stand between double quotes as it is."""
    if isinstance(piece, Part):
        return piece.case is Case.AS_IS
    return _QUOTABLE.fullmatch(piece) is not None


def _within(piece: str | Part, after: str | Part) -> str:
    """Return a piece of a word in double quotes, and what it takes before `after`."""
    if not isinstance(piece, Part):
        return piece
    ends = isinstance(after, Part) or not re.match(r"\w", after)
    return f"${piece.name}" if ends and piece.stop is None else _variable(piece)


def _quoted(piece: str | Part) -> str:
    if isinstance(piece, Part):
        return _expansion(piece)
    if _BARE.fullmatch(piece):
        return piece
    if _is_plain(piece):
        return "'" + piece.replace("'", "'\\''") + "'"
    return f'"$({_printf((piece,), encoding="utf-8")})"'


def _expansion(part: Part) -> str:
    """Return the shell expansion of a captured value, or of a piece of it."""
    value = _variable(part)
    if part.case is Case.AS_IS:
        return f'"{value}"'
    return f'"$(printf %s "{value}" | {_RESPELL[part.case]})"'


def _variable(part: Part) -> str:
    if part.stop is None:
        return f"${{{part.name}}}"
    return f"${{{part.name}:{part.start}:{part.stop - part.start}}}"


def _printf(text: Text, encoding: str = "latin-1") -> str:
    """Return the command that prints the text byte by byte; odd bytes in octal."""
    spelled = ""
    values: list[str] = []
    for piece in text:
        if isinstance(piece, Part):
            spelled += "%s"
            values.append(_expansion(piece))
        else:
            spelled += "".join(
                _octet(byte) for byte in piece.encode(encoding, "surrogatepass")
            )
    return " ".join([f"printf '{spelled}'", *values])


def _octet(byte: int) -> str:
    letter = chr(byte)
    if letter == "%":
        return "%%"
    # A dash at the start would be taken for an option, a backslash for an escape.
    return (
        letter
        if re.fullmatch(r"[A-Za-z0-9 _=+&.,:;/@{}()\"]", letter)
        else (f"\\{byte:03o}")
    )
