"""The report on a terminal; nothing that a target said can act on it."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from conformance.report import (
    Cluster,
    Exit,
    Level,
    Shown,
    State,
    View,
    inert,
    inert_lines,
    shortened,
)

_STYLES = {
    State.BROKEN: "bold red",
    State.ERROR: "bold magenta",
    State.UNPROVEN: "yellow",
    State.WAIVED: "cyan",
    State.HELD: "green",
    State.SKIPPED: "dim",
}
_CURL_CHARACTERS_MAX = 4_000
_REASONS_MAX = 12
_IDS_MAX = 6
_FINE = frozenset({"used", "undecided"})


def terminal(view: View, console: Console, *, record: str = "RECORD") -> None:
    """Print verdict, counts and findings; `record` is how to name the file again."""
    _headline(view, console)
    console.print(_counts(view))
    for number, cluster in enumerate(view.clusters, start=1):
        console.print()
        _cluster(number, cluster, console, record)
    _undecided(view, console)
    for problem in view.errors:
        _line(console, "our error", problem, "bold magenta")
    for left in view.footer.left_behind if view.footer else ():
        _line(console, "left behind", f"{left.kind} {left.url}", "bold red")
    for waiver in view.waivers:
        text = f"{waiver.requirement} {waiver.operation}".rstrip()
        style = "dim" if waiver.state in _FINE else "bold red"
        _line(console, "waiver", f"{text}: {waiver.state}: {waiver.reason}", style)
    for capability, reason in view.footer.absent.items() if view.footer else ():
        _line(console, "without", f"{capability}: {reason}", "yellow")
    if view.footer and view.footer.halted:
        _line(console, "ended early", view.footer.halted, "yellow")


def _headline(view: View, console: Console) -> None:
    style = {
        Exit.CONFORMANT: "bold white on green",
        Exit.NON_CONFORMANT: "bold white on red",
        Exit.LEFT_BEHIND: "bold white on red",
        Exit.OUR_ERROR: "bold white on magenta",
    }.get(view.exit or Exit.INCOMPLETE, "bold black on yellow")
    head = Text()
    head.append(f" {view.headline.upper()} ", style=style)
    head.append(f"  {inert(view.name)}", style="bold")
    code = "" if view.exit is None else f", exit {view.exit.value}"
    head.append(
        f"  profile {inert(view.header.profile)}, seed {view.header.seed}, "
        f"{view.requests} requests in {view.seconds:.1f} s{code}",
        style="dim",
    )
    console.print()
    console.print(head)
    console.print()


def _counts(view: View) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for level in Level:
        cells = [Text(f"  {level}", style="bold")]
        for state, count in view.counts[level].items():
            style = _STYLES[state] if count else "dim"
            if count or state in {State.BROKEN, State.UNPROVEN, State.HELD}:
                cells.append(Text(f"{state.mark} {count} {state}", style=style))
            else:
                cells.append(Text(""))
        table.add_row(*cells)
    return table


def _cluster(number: int, cluster: Cluster, console: Console, record: str) -> None:
    heads = Table.grid(padding=(0, 2, 0, 0))
    for row in cluster.rows:
        heads.add_row(
            f"{number:>3}" if row is cluster.rows[0] else "",
            Text(f"{row.state.mark} {row.requirement.id}", style=_STYLES[row.state]),
            Text(row.requirement.level, style="dim"),
            Text(inert(row.requirement.sentence), style="bold"),
        )
    console.print(heads)
    shown = cluster.findings[0]
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in _facts(shown, cluster):
        table.add_row(name, Text(text))
    if fault := cluster.cause.fault:
        name = "looks like" if cluster.cause.alike else "bites"
        table.add_row(name, Text(f"{fault.sentence} ({fault.name})"))
    console.print(Padding(table, (0, 0, 0, 7)))
    # Not in the table: a command that is wrapped cannot be copied.
    repeat = inert(shown.repeat(record))
    console.print(Text(f"       {repeat}", style="cyan"), soft_wrap=True)
    curl = shortened(inert_lines(shown.curl), _CURL_CHARACTERS_MAX)
    for line in curl.split("\n"):
        console.print(Text(f"       {line}", style="cyan"), soft_wrap=True)


def _facts(shown: Shown, cluster: Cluster) -> list[tuple[str, str]]:
    others = cluster.count - 1
    operations = ", ".join(cluster.operations)
    more = f"{operations}{f', {others} more like it' if others else ''}"
    source = "; ".join(map(str, shown.requirement.source))
    facts = [
        ("at", more),
        ("source", source),
        ("expected", shown.expected),
        ("observed", shown.observed),
    ]
    return [(name, inert(text)) for name, text in facts if text]


def _undecided(view: View, console: Console) -> None:
    """Print what stays unproven and what was not tested, each reason once."""
    _reasons(view, console, State.UNPROVEN, "unproven")
    _reasons(view, console, State.SKIPPED, "not tested")


def _reasons(view: View, console: Console, state: State, name: str) -> None:
    reasons: dict[str, list[str]] = {}
    for row in view.in_state(state):
        reasons.setdefault(row.reason, []).append(row.requirement.id)
    if not reasons:
        return
    console.print()
    for reason, ids in list(reasons.items())[:_REASONS_MAX]:
        more = len(ids) - _IDS_MAX
        some = ", ".join(ids[:_IDS_MAX]) + (f" and {more} more" if more > 0 else "")
        _line(console, f"{state.mark} {name}", f"{some}: {reason}", _STYLES[state])
    if len(reasons) > _REASONS_MAX:
        rest = len(reasons) - _REASONS_MAX
        _line(console, f"{state.mark} {name}", f"{rest} more reasons", _STYLES[state])


def _line(console: Console, name: str, text: str, style: str) -> None:
    line = Text(f"  {name}  ", style=style)
    line.append(inert(text), style="")
    console.print(line)
