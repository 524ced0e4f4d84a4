"""The law of the ledger: a run that is killed leaves nothing that is not found."""

from conformance.tests.kills import kills


def test_after_a_kill_clean_up_removes_or_names_all_that_was_made() -> None:
    seen = list(kills(4, seed=7, whole_s=1.0))
    in_our_own, in_theirs = seen[::2], seen[1::2]
    assert [killed.left for killed in in_our_own] == [(), ()]
    assert [killed.unnamed for killed in in_theirs] == [(), ()]
    # Exit 2 is a kill before the ledger was there: nothing had been sent.
    assert all(
        killed.exit == (5 if killed.left else 0) or killed.asked + killed.made == 0
        for killed in seen
    )
