"""Laws of presence: what names nothing is nowhere."""

import pytest

from conformance.models.presence import presence
from conformance.tests.histories import SERVICE, SESSION, WORLD, answered, evidence


@pytest.mark.parametrize("sid", ["", None, 7, ["x"]])
def test_a_session_without_a_sid_is_nowhere(sid: object) -> None:
    create = WORLD.call("CreateSession", form={})
    seen = presence(
        evidence(answered(create, 201, {"sid": sid}), answered(create, 500, {}))
    )
    assert seen.home == {}


def test_a_session_is_where_it_was_created() -> None:
    create = WORLD.call("CreateSession", form={})
    seen = presence(evidence(answered(create, 201, {"sid": SESSION})))
    assert seen.home == {SESSION.lower(): f"/v1/Services/{SERVICE}/Sessions".lower()}
