"""A chain of requests as a shell script that anybody can run and read."""

import re
from collections.abc import Iterator
from itertools import groupby

from conformance.exchange import FORM, Credentials
from conformance.report.chain import TAG, Capture, Case, Chain, Part, Step, Text

_PLAIN = re.compile(r"[ -~]*")
_BARE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
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
    if any(capture.pointer == ("sid",) for s in chain.steps for capture in s.captures):
        yield _SID_OF_ANSWER
    for name, value in chain.given.items():
        fresh = name == TAG and re.fullmatch(r"conf-[0-9a-f]{8}", value)
        yield (
            f"{name}=$(printf 'conf-%08x' $$)" if fresh else f"{name}={_word((value,))}"
        )


def _requests(chain: Chain) -> Iterator[str]:
    for command, same in groupby(chain.steps, key=_commands):
        count = len(tuple(same))
        many = count > 1 and not command.startswith("#")
        yield f"for _ in $(seq {count}); do {command}; done" if many else command


def _commands(step: Step) -> str:
    """Return the lines for one request: what comes before it, and what it captures."""
    command = curl(step)
    lines = []
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


def curl(step: Step) -> str:
    """Return the command that sends one request, its ids as shell variables."""
    probe, sent = step.exchange.probe, step.exchange.sent
    words = ["curl -sS --path-as-is -g"]
    if not step.captures:
        words.append("-i")
    if sent.method == "HEAD":
        words.append("-I")
    elif sent.method != ("POST" if step.body or sent.method == "POST" else "GET"):
        words.append(f"-X {_word((sent.method,))}")
    words.append(_AUTH[probe.credentials])
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
    words.append(f'"$TARGET"{_word(step.url)}')
    return pipe + " ".join(word for word in words if word)


def _removal(chain: Chain) -> Iterator[str]:
    """Yield how to remove what the chain creates: the first Service, or Session."""
    for step in chain.steps:
        if step.exchange.probe.operation in {"CreateService", "CreateSession"}:
            name = next((c.name for c in step.captures if c.pointer == ("sid",)), "")
            if name:
                url = _word((*step.url, "/", Part(name=name)))
                yield "# afterwards"
                yield f'curl -sS -X DELETE {_AUTH[Credentials.OWN]} "$TARGET"{url}'
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
    return "".join(map(_quoted, text)) or "''"


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
    value = f"${{{part.name}}}"
    if part.stop is not None:
        value = f"${{{part.name}:{part.start}:{part.stop - part.start}}}"
    if part.case is Case.AS_IS:
        return f'"{value}"'
    return f'"$(printf %s "{value}" | {_RESPELL[part.case]})"'


def _printf(text: Text, encoding: str = "latin-1") -> str:
    """Return the command that prints the text byte by byte; odd bytes in octal."""
    spelled, values = "", []
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
