from conformance.report.cause import causes
from conformance.tests.views import fault

KEEPS_TTL = fault("update-keeps-old-ttl", "CON-001", "CON-002")
KEEPS_STATUS = fault("update-keeps-old-status", "CON-001", "CON-002", "LIFE-003")
STALE_FETCH = fault("fetch-from-a-cache", "CON-001")
NEWLINE = fault("sid-trailing-newline-accepted", "SID-003")
QUOTES = fault("sid-quotes-accepted", "SID-003")


def test_requirements_that_one_fault_trips_together_have_one_cause() -> None:
    broken = {"CON-001": "ttl stale", "SID-003": "other", "CON-002": "ttl stale"}
    one, other = causes(broken, [STALE_FETCH, KEEPS_TTL])
    assert (one.ids, one.fault, one.alike) == (("CON-001", "CON-002"), KEEPS_TTL, True)
    assert (other.ids, other.fault, other.alike) == (("SID-003",), None, False)


def test_a_fault_that_trips_more_than_is_broken_is_no_cause() -> None:
    (cause,) = causes({"LIFE-003": "status old"}, [KEEPS_STATUS])
    assert (cause.ids, cause.fault, cause.alike) == (
        ("LIFE-003",),
        KEEPS_STATUS,
        False,
    )


def test_the_fault_that_is_told_of_in_the_same_words_is_the_most_alike() -> None:
    for said, like in (
        ("trailing-newline, 2xx", NEWLINE),
        ("200 for Quotes", QUOTES),
    ):
        (cause,) = causes({"SID-003": said}, [NEWLINE, QUOTES])
        assert (cause.fault, cause.alike) == (like, True)


def test_words_that_most_faults_of_a_requirement_share_tell_nothing() -> None:
    (cause,) = causes({"SID-003": "a sid was accepted"}, [NEWLINE, QUOTES])
    assert cause.fault in {NEWLINE, QUOTES}
    assert not cause.alike


def test_among_faults_alike_the_narrow_and_easy_one_is_named() -> None:
    hard = fault("hard", "SID-003", difficulty=3)
    easy = fault("easy", "SID-003", difficulty=1)
    (cause,) = causes({"SID-003": ""}, [hard, easy])
    assert cause.fault == easy


def test_what_a_wide_fault_explains_is_not_left_to_narrow_ones() -> None:
    wide = fault("wide", "A-001", "A-002", "A-003")
    some = [fault("one", "A-001"), fault("two", "A-002"), wide]
    (cause,) = causes({"A-001": "", "A-002": "", "A-003": ""}, some)
    assert cause.fault == wide


def test_nothing_broken_has_no_cause() -> None:
    assert causes({}, [NEWLINE]) == ()
