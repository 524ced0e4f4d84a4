"""Progress on standard error while a run goes on."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from conformance.exchange import Exchange
from conformance.perform import Performed


class Bar:
    """Counts requests and scenes, and shows them if somebody watches."""

    def __init__(self, display: Progress, task: TaskID) -> None:
        self._display = display
        self._task = task
        self.requests = 0

    def exchange(self, then: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
        """Return `then`, counting each exchange."""

        def counted(exchange: Exchange) -> None:
            self.requests += 1
            then(exchange)

        return counted

    def scene(self, then: Callable[[Performed], None]) -> Callable[[Performed], None]:
        """Return `then`, moving the bar by one scene."""

        def moved(performed: Performed) -> None:
            self._display.update(
                self._task, advance=1, requests=self.requests, scene=performed.scene
            )
            then(performed)

        return moved


@contextmanager
def progress(scenes: int) -> Generator[Bar]:
    """Give the bar of a run of so many scenes; silent where nobody watches."""
    console = Console(stderr=True)
    display = Progress(
        TextColumn("[bold]judging"),
        BarColumn(bar_width=30),
        TextColumn(
            "{task.completed}/{task.total} scenes, {task.fields[requests]} requests"
        ),
        TimeElapsedColumn(),
        TextColumn("{task.fields[scene]}", markup=False),
        console=console,
        transient=True,
        disable=not console.is_terminal,
        refresh_per_second=5,
    )
    with display:
        task = display.add_task("", total=scenes, requests=0, scene="")
        yield Bar(display, task)
