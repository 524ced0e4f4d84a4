"""The report as Markdown, small enough for the summary of a CI step."""

import re

from conformance.report import (
    Cluster,
    Level,
    State,
    View,
    inert,
    inert_lines,
    shortened,
)

BYTES_MAX = 900_000
"""GitHub takes a step summary of up to 1 MiB, and shows nothing of a larger one."""

_CURL_CHARACTERS_MAX = 6_000
_TEXT_CHARACTERS_MAX = 300
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~@!&$])")


def markdown(view: View, *, record: str = "RECORD") -> str:
    """Return the document; what does not fit is counted, not shown."""
    parts = [*_head(view)]
    size = sum(len(part.encode()) for part in parts)
    for done, cluster in enumerate(view.clusters):
        part = _cluster(done + 1, cluster, record)
        size += len(part.encode())
        if size > BYTES_MAX - 100_000:
            left = len(view.clusters) - done
            parts.append(f"\n…and {left} more; see `report.html`.\n")
            break
        parts.append(part)
    parts += [_choices(view), _honesty(view)]
    return "".join(parts)


def _head(view: View) -> list[str]:
    header = view.header
    code = "" if view.exit is None else f", exit {view.exit.value}"
    about = (
        f"Profile {_text(header.profile)}, seed {header.seed}, {view.requests} "
        f"requests in {view.seconds:.1f} s{code}. Suite {_text(header.suite)}, "
        f"contract {_code(header.contract)}, catalogue {_code(header.catalogue)}"
    )
    lines = [
        f"# {view.headline.capitalize()}: {_text(view.name)}\n\n",
        f"{about}.\n\n",
        "| | " + " | ".join(f"{state.mark} {state}" for state in State) + " |\n",
        "|---|" + "---:|" * len(State) + "\n",
    ]
    for level in Level:
        counts = view.counts[level]
        cells = " | ".join(
            f"**{counts[state]}**"
            if state is State.BROKEN and counts[state]
            else str(counts[state])
            for state in State
        )
        lines.append(f"| **{level}** | {cells} |\n")
    for capability, reason in view.footer.absent.items() if view.footer else ():
        lines.append(f"\nWithout {_text(capability)}: {_text(reason)}\n")
    for waiver in view.waivers:
        where = _text(f"{waiver.requirement} {waiver.operation}".rstrip())
        lines.append(f"\nWaiver {where}, {waiver.state}: {_text(waiver.reason)}\n")
    if view.footer and view.footer.halted:
        lines.append(f"\nEnded early: {_text(view.footer.halted)}\n")
    lines += [f"\nOur error: {_text(problem)}\n" for problem in view.errors]
    if view.footer and view.footer.left_behind:
        lines.append("\nLeft behind:\n\n")
        lines += [
            f"- {left.kind} {_code(left.url)}\n" for left in view.footer.left_behind
        ]
    if view.clusters:
        lines.append("\n## What to fix first\n")
    return lines


def _cluster(number: int, cluster: Cluster, record: str) -> str:
    shown = cluster.findings[0]
    titles = [
        f"**{row.requirement.id}** ({row.requirement.level}) "
        f"{_text(row.requirement.sentence)}"
        for row in cluster.rows
    ]
    others = cluster.count - 1
    facts = [
        f"at {', '.join(map(_text, cluster.operations))}"
        + (f", {others} more like it" if others else ""),
        *(f"source: {_text(str(source))}" for source in shown.requirement.source),
        f"expected: {_text(shown.expected)}" if shown.expected else "",
        f"observed: {_text(shown.observed)}",
    ]
    listed = "".join(f"- {fact}\n" for fact in facts if fact)
    script = shortened(inert_lines(shown.curl), _CURL_CHARACTERS_MAX)
    return (
        f"\n### {number}. {cluster.state.mark} {'; '.join(titles)}\n\n{listed}\n"
        f"<details><summary>Repeat it</summary>\n\n"
        f"{_fenced(inert(shown.repeat(record)))}\n"
        f"{_fenced(script)}\n</details>\n"
    )


def _choices(view: View) -> str:
    rows = [row for row in view.rows if row.choices]
    if not rows:
        return ""
    lines = [
        f"| {row.requirement.id} | {_text(row.requirement.sentence)} | "
        f"{', '.join(map(_text, row.choices))} |\n"
        for row in rows
    ]
    return (
        "\n## Choices\n\n"
        "What the documents leave open, and how this target decided.\n\n"
        "| | | |\n|---|---|---|\n" + "".join(lines)
    )


def _honesty(view: View) -> str:
    parts: list[str] = []
    for state, title in (
        (State.UNPROVEN, "Not proven"),
        (State.WAIVED, "Waived"),
        (State.SKIPPED, "Not tested"),
    ):
        reasons: dict[str, list[str]] = {}
        for row in view.in_state(state):
            reasons.setdefault(row.reason, []).append(row.requirement.id)
        if reasons:
            listed = "".join(
                f"- {', '.join(ids)}: {_text(reason)}\n"
                for reason, ids in reasons.items()
            )
            parts.append(f"\n## {title}\n\n{listed}")
    return "".join(parts)


def _text(text: str) -> str:
    """Return the text with nothing in it that Markdown or HTML would act on."""
    plain = inert(shortened(text, _TEXT_CHARACTERS_MAX))
    return _SPECIAL.sub(r"\\\1", plain).replace("\\<", "&lt;").replace("\\>", "&gt;")


def _code(text: str) -> str:
    return "`" + inert(text).replace("`", "'") + "`"


def _fenced(text: str) -> str:
    """Return the text in a fence longer than any in it."""
    ticks = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}sh\n{text}\n{fence}\n"
