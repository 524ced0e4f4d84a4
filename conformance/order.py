"""Orders: what a user asks for, refused in one line where it cannot or must not be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from conformance.budget import Budget
from conformance.catalogue import Capability, Profile
from conformance.oracles.sid import is_sid
from conformance.origin import is_loopback, is_production
from conformance.pace import ELSEWHERE_PER_SECOND
from conformance.script import IDENTIFIERS
from conformance.targets.trust import TrustError, ca_bundle

SEED = 1

_IDENTIFIERS_MIN = len(IDENTIFIERS)


class UsageError(ValueError):
    """What the user asked for cannot be done; the message is one clear line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the user asked for; `target` is None for the embedded mock.

    `owned` says that the account is theirs to test, wherever it is. None stands for
    what the target suggests: `messages` and any `rate` on loopback, else neither.
    Raises UsageError when something in it is malformed.
    """

    target: str | None = None
    account_sid: str | None = None
    auth_token: str | None = field(default=None, repr=False)
    service_sid: str = ""
    profile: str = "full"
    seed: int = SEED
    workers: int = 1
    select: tuple[str, ...] = ()
    fail_fast: bool = False
    out: Path | None = None
    owned: bool = False
    identifiers: tuple[str, ...] = ()
    messages: bool | None = None
    rate: float | None = None
    budget: Budget = field(default_factory=Budget)
    waivers: Path | None = None
    pin: Path | None = None
    defer: bool = False

    def __post_init__(self) -> None:
        if self.service_sid and not is_sid(self.service_sid, prefix="KS"):
            raise UsageError(
                "--service-sid: expected KS and 32 hex digits, observed "
                f"{self.service_sid!r}"
            )
        distinct = len(set(self.identifiers))
        if self.identifiers and distinct < _IDENTIFIERS_MIN:
            raise UsageError(
                f"--identifier: expected {_IDENTIFIERS_MIN} different ones, as many "
                f"Participants are tried in one Session; observed {distinct}"
            )
        if self.target is not None:
            _check_url(self.target)
        elif self.defer:
            raise UsageError("--defer: the embedded mock ends with its run")

    def clear(self) -> None:
        """Raise UsageError where a run must not start: no credentials, no consent.

        Nor where the certificates to believe cannot be read.
        """
        if self.target is None:
            return
        if is_production(self.target) and not self.owned:
            raise UsageError(
                f"--target: {self.target} is the live service; if the account is "
                "yours to test, say so with --i-own-this-account"
            )
        if not self.account_sid:
            raise UsageError("credentials are missing: set TWILIO_ACCOUNT_SID")
        if not is_sid(self.account_sid, prefix="AC"):
            raise UsageError(
                "--account-sid: expected AC and 32 hex digits, observed "
                f"{self.account_sid!r}"
            )
        if not self.auth_token:
            raise UsageError("credentials are missing: set TWILIO_AUTH_TOKEN")
        try:
            ca_bundle()
        except TrustError as error:
            raise UsageError(str(error)) from error

    @property
    def at_home(self) -> bool:
        """Whether nobody but this machine can be reached."""
        return self.target is None or is_loopback(self.target)

    @property
    def careful(self) -> bool:
        """Whether a bad target might take a request for one to other people's data."""
        return not self.at_home or bool(self.service_sid)

    @property
    def per_second(self) -> float | None:
        """How many requests an endpoint of a Service gets at most, None for any."""
        if self.rate is not None:
            return self.rate
        return None if self.at_home else ELSEWHERE_PER_SECOND

    @property
    def absent(self) -> Mapping[str, str]:
        """What is switched off, with the reason why."""
        on = self.at_home if self.messages is None else self.messages
        return (
            {} if on else {Capability.MESSAGES: "they are not switched on (--messages)"}
        )

    def check_service(self, profile: Profile) -> None:
        """Raise UsageError where a profile works in a Service and none was named.

        The embedded mock has nothing but what a run makes: it makes its Service, too.
        """
        if (
            self.target is not None
            and not self.service_sid
            and Capability.WRITING in profile.provides
            and Capability.SERVICES not in profile.provides
        ):
            raise UsageError(
                f"the profile {profile.name} works inside a Service of yours: name it "
                "with --service-sid"
            )


def split_url(url: str) -> SplitResult:
    """Return the parts of a base URL; raise UsageError where it has none."""
    try:
        return urlsplit(url)
    except ValueError as error:
        raise UsageError(f"--target: {error}") from error


def _check_url(url: str) -> None:
    # First, so that no message below shows them.
    if "@" in url:
        raise UsageError("--target: put no credentials into the URL")
    parts = split_url(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"--target: expected an http or https URL, observed {url!r}")
    if parts.query or parts.fragment:
        raise UsageError("--target: a base URL has no query and no fragment")
