"""Laws of SIDs and page tokens as they are sent: each spoilt in one way, and told."""

from urllib.parse import unquote

import pytest
from hypothesis import find, given

from conformance.oracles.page_size import Claim, asked
from conformance.oracles.sid import is_sid, same_sid
from conformance.strategies import paging, sids

LIVE = "KC" + "1a2B3c4D" * 4
LETTERS = "KC" + "abcdef" * 5 + "ab"


@pytest.mark.parametrize("defect", sids.DEFECTS)
@pytest.mark.parametrize("live", [LIVE, LETTERS, "KS" + LIVE[2:]])
def test_no_spoilt_sid_is_one(live: str, defect: str) -> None:
    spoilt = sids.spoil(live, defect)
    assert spoilt.defect == defect
    assert spoilt.wire != live
    decoded = unquote(spoilt.wire, errors="surrogateescape")
    assert not is_sid(decoded, prefix=live[:2])


@given(sids.malformed_sids(live=LIVE))
def test_a_spoilt_sid_is_told_by_its_defect(spoilt: sids.MalformedSid) -> None:
    assert spoilt == sids.spoil(LIVE, spoilt.defect)


def test_a_spoilt_sid_shrinks_towards_the_first_defect() -> None:
    spoilt = find(sids.malformed_sids(live=LIVE), lambda _: True)
    assert spoilt.defect == "trailing-newline"


@given(sids.sids("KC"))
def test_a_drawn_sid_is_one(sid: str) -> None:
    assert is_sid(sid, prefix="KC")
    assert same_sid(sid, sids.other_case(sid))
    assert unquote(sids.escaped(sid)) == sid


@given(paging.page_sizes())
def test_a_drawn_page_size_is_one_that_is_honoured(size: str) -> None:
    assert asked([size]).claim is Claim.SURE


@pytest.mark.parametrize("size", paging.ODD_SIZES.values(), ids=paging.ODD_SIZES)
def test_an_odd_page_size_binds_nobody(size: str) -> None:
    claims = {Claim.BELOW, Claim.ABOVE, Claim.EMPTY, Claim.JUNK}
    assert asked([size]).claim in claims


@pytest.mark.parametrize("token", ["PTabc", "PTabA", "A"])
@given(paging.garbled_tokens("PTabc"))
def test_a_garbled_token_is_another_one(token: str, drawn: str) -> None:
    assert drawn != "PTabc"
    for defect in paging.GARBLED:
        assert paging.garble(token, defect) != token
