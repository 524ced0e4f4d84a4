"""A mock over HTTP, with the credentials for it in the environment."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from conformance.exchange import FORM, Exchange, Probe
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.server import serve_in_thread
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock


@dataclass(frozen=True, slots=True)
class Served:
    """A mock that is served at `url`."""

    url: str
    target: HttpTarget

    def call(
        self, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> Exchange:
        """Return what comes of one request."""
        probe = Probe(
            operation="",
            method=method,
            path=path,
            headers=(("Content-Type", FORM),),
            body=None if form is None else urlencode(form).encode(),
        )
        (exchange,) = self.target.send((probe,), 1)
        return exchange

    def service(self, *sessions: str) -> str:
        """Create a Service with Sessions of these names, and return its SID."""
        made = self.call("POST", "/v1/Services", {"UniqueName": "theirs"})
        sid = str(made.fields["sid"])
        for name in sessions:
            form = {"UniqueName": name}
            self.call("POST", f"/v1/Services/{sid}/Sessions", form)
        return sid

    def services(self) -> list[str]:
        """Return the names of all Services."""
        page = self.call("GET", "/v1/Services?PageSize=100")
        return [str(one["unique_name"]) for one in page.fields["services"]]

    def sessions(self, service: str) -> list[str | None]:
        """Return the names of the Sessions in a Service."""
        page = self.call("GET", f"/v1/Services/{service}/Sessions?PageSize=100")
        return [one["unique_name"] for one in page.fields["sessions"]]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Serve a mock that is empty, and let commands find the way into it."""
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT_SID)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", AUTH_TOKEN)
    monkeypatch.delenv("CONFORMANCE_TARGET", raising=False)
    account = Account(sid=ACCOUNT_SID, token=AUTH_TOKEN)
    app = create_app()
    with (
        closing(app),
        serve_in_thread(app) as url,
        closing(HttpTarget(url, account, SystemClock())) as target,
    ):
        yield Served(url, target)
