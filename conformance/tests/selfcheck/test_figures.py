"""Laws of the figures that a self-check writes down."""

from conformance.library import Fault, library
from conformance.selfcheck import CLEAN, Entry, Matrix, Sighting


def entry(fault: Fault | None, *tripped: str, seed: int = 0) -> Entry:
    seen = Sighting(
        name=fault.name if fault else CLEAN,
        tripped=frozenset(tripped),
        errors=(),
        unproven=frozenset(() if fault else tripped),
        requests=10 + seed,
        seed=seed,
        seconds=0.5,
    )
    return Entry(sighting=seen, row=fault, problems=())


def fault(name: str, area: str, difficulty: int) -> Fault:
    return Fault(
        name=name,
        sentence="So.",
        trips=frozenset({"SID-001"}),
        difficulty=difficulty,
        area=area,
    )


EASY, HARD = fault("easy", "paging", 1), fault("hard", "names", 5)


def matrix(*entries: Entry, complete: bool = True) -> Matrix:
    return Matrix(
        catalogue=library().catalogue,
        profile="full",
        entries=entries,
        problems=(),
        seconds=2.0,
        complete=complete,
    )


SEEN = matrix(
    entry(None),
    entry(EASY, "SID-001"),
    entry(HARD),
    entry(None, "SID-002", seed=1),
    entry(EASY, "SID-001", "SID-002", seed=1),
    entry(HARD, "SID-002", seed=1),
)


def test_faults_are_counted_by_difficulty_area_and_seed() -> None:
    assert SEEN.caught == {1: (2, 2), 5: (0, 2)}
    areas = SEEN.caught_by(lambda fault, _: fault.area)
    assert list(areas.items()) == [("names", (0, 2)), ("paging", (2, 2))]
    assert SEEN.caught_by(lambda _, one: one.sighting.seed) == {0: (1, 2), 1: (1, 2)}
    assert SEEN.false_alarms == 1


def test_the_page_of_figures_names_command_seeds_and_areas() -> None:
    lines = SEEN.as_figures("conformance selfcheck --seeds 2").splitlines()
    assert "$ conformance selfcheck --seeds 2" in lines
    assert "| 0 | 1 of 2 (50.0%) | 0 of 1 | 0 | 10 | 0.50 |" in lines
    assert "| 1 | 1 of 2 (50.0%) | 1 of 1 | 1 | 11 | 0.50 |" in lines
    assert "| names | 0 of 2 (0.0%) |" in lines
    assert "| paging | 2 of 2 (100.0%) |" in lines
    assert "- false alarms: 1 in 2 lawful targets" in lines


def test_a_page_of_a_part_says_so() -> None:
    told = "**It was interrupted; this is not the whole.**"
    assert told not in SEEN.as_figures("x")
    assert told in matrix(entry(None), complete=False).as_figures("x")
