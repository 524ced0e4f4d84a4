"""Where a command prints its report."""

from rich.console import Console

_LOG_WIDTH = 120


def screen() -> Console:
    """Return where the report is printed; a log is wider than rich takes it for."""
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, _LOG_WIDTH)
    return console
