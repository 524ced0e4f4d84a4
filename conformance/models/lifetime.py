"""Lifetimes: when a Session may be over, for all that the target's clock tells."""

from collections.abc import Iterator
from dataclasses import replace

from conformance.models.act import Act
from conformance.models.known import Known, Point, Rule, held

SETTLED_S = 1.1
"""After so many seconds a date of whole seconds shows that time has passed."""

_SLACK_S = 1.0
_MILLI = 1000
_LIMITS = frozenset({"status", "ttl", "date_expiry"})


def ended_early(known: Known, act: Act) -> tuple[Rule, str]:
    """Return which lifetime a Session that closed by itself did not wait for."""
    ttl, date_expiry = known.sole("ttl"), known.sole("date_expiry")
    if date_expiry is not None:
        return Rule.DATE_LASTS, "closed before its DateExpiry"
    if isinstance(ttl, int) and ttl > 0:
        if known.used is not None and lived_s(known, act) >= ttl:
            return Rule.USE_LASTS, "closed though used since"
        return Rule.TTL_LASTS, "closed before its Ttl"
    return Rule.SHOWN, "status changed"


def lived_s(known: Known, act: Act) -> float:
    """Return for how many seconds, at least, the Session has been there."""
    return act.began_s - known.creation.ended_s if known.creation else 0.0


def lasting(known: Known, act: Act) -> Iterator[Point]:
    """Yield which lifetime the Session is seen to wait for, if that tells anything."""
    ttl, date_expiry = known.sole("ttl"), known.sole("date_expiry")
    if not isinstance(ttl, int) or ttl <= 0:
        return
    if may_have_expired(_limited_by_ttl(known), act):
        return
    since_s = lived_s(known, act)
    rule, telling = Rule.TTL_LASTS, since_s * _MILLI > ttl and since_s >= SETTLED_S
    if "date_expiry" in known.told and date_expiry is not None:
        rule, telling = Rule.DATE_LASTS, since_s > ttl + _SLACK_S
    elif known.used is not None:
        rule, telling = Rule.USE_LASTS, since_s > ttl
    if telling:
        yield held(rule, known.wrote)


def _limited_by_ttl(known: Known) -> Known:
    """Return what is known without a date_expiry that nobody sent.

    It may show when the Ttl would have passed, had the Session not been used since.
    """
    derived = known.used is not None and "date_expiry" not in known.told
    if not derived or known.sole("date_expiry") is None:
        return known
    return replace(known, fields={**known.fields, "date_expiry": (None,)})


def _created(known: Known, born: Act) -> float | None:
    """Return when a Session was created, by the target's clock.

    Where date_created is null, its first date_updated or the Date header tells.
    """
    told = known.sole("date_created"), (born.shown or {}).get("date_updated")
    dates = [moment for moment in (*told, born.clock_s) if isinstance(moment, float)]
    return next(iter(dates), None)


def may_have_expired(known: Known, act: Act) -> bool:
    """Return whether the Session's lifetime may be over when the act is."""
    born = known.creation
    ttl, expiries = known.sole("ttl"), known.fields.get("date_expiry", ())
    # What a limit such as a negative one means is not documented.
    unclear = (
        bool(known.loose & _LIMITS) or not act.touched & _LIMITS <= act.asked.keys()
    )
    if born is None or ttl is None or not expiries or unclear:
        return True
    created = _created(known, born)
    for expiry in expiries:
        if expiry is None:
            continue
        if created is None or not isinstance(expiry, float):
            return True
        # The date shows whole seconds of a moment that came after the create began.
        latest = created + _SLACK_S + act.ended_s - born.began_s
        if latest + _SLACK_S >= expiry:
            return True
    if "date_expiry" in known.told and None not in expiries:
        return False
    if ttl == 0:
        # Without a Ttl of its own it may have one from its Service, shown or not.
        return "ttl" not in known.told
    since = born if known.used is None else known.used
    return not isinstance(ttl, int) or act.ended_s - since.began_s + _SLACK_S >= ttl
