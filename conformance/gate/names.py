"""Names: the credentials and SIDs that one case has to itself."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from conformance.gate.messages import Settings

FOREIGN = "foreign"
"""The label of a request that came to the origin that is not the API's."""


NAMED = "by name"
"""The label of a request whose Sid is none, which no document binds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a case's requests are told by, and what its texts hold in braces."""

    account_sid: str
    auth_token: str
    service_sid: str
    session_sid: str
    word: str
    base_url: str
    foreign_url: str

    def fill(self, value: Any) -> Any:  # noqa: ANN401  whatever TOML holds
        """Return the value with each name in braces replaced, at any depth."""
        if isinstance(value, str):
            for name, text in asdict(self).items():
                value = value.replace(f"{{{name}}}", text)
            return value
        if isinstance(value, Mapping):
            return {self.fill(name): self.fill(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.fill(one) for one in value]
        return value

    def settings(
        self,
        *,
        timeout_ms: int | None = None,
        page_size: int | None = None,
        retries: int | None = None,
    ) -> Settings:
        """Return how a client is to be made that acts under these names."""
        return Settings(
            base_url=self.base_url,
            account_sid=self.account_sid,
            auth_token=self.auth_token,
            timeout_ms=timeout_ms,
            page_size=page_size,
            retries=retries,
        )

    def item_sid(self, number: int) -> str:
        """Return the SID of the Session of that number on the pages of the case."""
        return f"KC{_digest(self.session_sid, str(number))}"


def names(secret: str, case: str, *, base_url: str, foreign_url: str) -> Names:
    """Return the names of a case in the run that has that secret."""
    return Names(
        account_sid=f"AC{_digest(secret, case, 'account')}",
        auth_token=_digest(secret, case, "token"),
        service_sid=f"KS{_digest(secret, case, 'service')}",
        session_sid=f"KC{_digest(secret, case, 'session')}",
        word=_digest(secret, case, "word")[:12],
        base_url=base_url,
        foreign_url=foreign_url,
    )


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]
