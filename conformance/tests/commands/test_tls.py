"""Laws of https targets: trusted as the user says, or one clear line."""

import socket
import ssl
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN
from conformance.record import read
from conformance.tests.commands.conftest import Served
from conformance.tests.flaky.network import Network, Weather, network

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True)
class Authority:
    """A private CA and the file with its certificate."""

    ca: trustme.CA
    bundle: Path

    @contextmanager
    def before(
        self,
        served: Served,
        *names: str,
        not_after: datetime | None = None,
        weather: Weather | None = None,
    ) -> Generator[Network]:
        """Speak TLS before the mock, with a certificate for these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate = self.ca.issue_cert(*names, not_after=not_after)
        certificate.configure_cert(context)
        with network(weather or Weather(), served.url, 1, context) as between:
            yield between


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    ca = trustme.CA()
    bundle = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(bundle))
    return Authority(ca, bundle)


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def run(url: str, folder: Path, environment: Mapping[str, str], *more: str) -> Result:
    command = ["run", "--target", url, "--out", str(folder), "--profile", "quick"]
    return CliRunner(env=environment).invoke(main, [*command, *more])


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_private_ca_is_believed_where_the_environment_names_it(
    served: Served, authority: Authority, tmp_path: Path, variable: str
) -> None:
    environment = {variable: str(authority.bundle)}
    with authority.before(served, "127.0.0.1") as between:
        result = run(between.url, tmp_path, environment, "--select", "SID-003")
    record = read(tmp_path / "record.ndjson")
    assert record.header.target.startswith("https://127.0.0.1:")
    assert len(record.exchanges) > 5
    assert all(exchange.response for exchange in record.exchanges)
    assert between.asked == len(record.exchanges)
    assert result.exit_code == 0, result.output
    assert served.services() == []


def test_the_first_variable_that_names_one_counts(
    served: Served, authority: Authority, tmp_path: Path
) -> None:
    environment = {VARIABLES[0]: str(authority.bundle), VARIABLES[2]: "/nowhere"}
    with authority.before(served, "127.0.0.1") as between:
        result = run(between.url, tmp_path, environment, "--profile", "read-only")
    assert "there is no Service to read" in result.output


def test_a_whole_run_over_tls_is_conformant_also_where_much_gets_lost(
    served: Served, authority: Authority, tmp_path: Path
) -> None:
    environment = {VARIABLES[0]: str(authority.bundle)}
    with authority.before(served, "127.0.0.1") as between:
        calm = run(between.url, tmp_path / "calm", environment)
    lossy = Weather(resets=0.05, answers_per_connection=7)
    with authority.before(served, "127.0.0.1", weather=lossy) as between:
        flaky = run(between.url, tmp_path / "flaky", environment, "-n", "4")
    assert calm.exit_code == 0, calm.output
    assert flaky.exit_code == 3, flaky.output
    record = read(tmp_path / "flaky" / "record.ndjson")
    assert not any(ruling.findings for ruling in record.rulings)
    assert served.services() == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A certificate that is not to be believed, and whether its CA is."""

    name: str = "127.0.0.1"
    not_after: datetime | None = None
    trusted: bool = True


@pytest.mark.parametrize(
    "shown",
    [
        Doubtful(trusted=False),
        Doubtful(name="proxy.example.com"),
        Doubtful(not_after=datetime(2020, 1, 1, tzinfo=UTC)),
    ],
    ids=["a private CA", "another name", "expired"],
)
def test_a_certificate_that_is_not_believed_is_one_line_and_nothing_is_sent(
    served: Served, authority: Authority, tmp_path: Path, shown: Doubtful
) -> None:
    environment = {VARIABLES[0]: str(authority.bundle)} if shown.trusted else {}
    with authority.before(served, shown.name, not_after=shown.not_after) as between:
        result = run(between.url, tmp_path, environment)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "no answer (tls failure); is its certificate trusted (REQU" in result.stderr
    assert between.asked == 0


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_bundle_that_is_none_is_the_callers(
    served: Served, tmp_path: Path, variable: str, text: str | None
) -> None:
    bundle = tmp_path / "ca.pem"
    if text is not None:
        bundle.write_text(text, "utf-8")
    out = tmp_path / "run"
    result = run(served.url, out, {variable: str(bundle)})
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {variable}: {bundle}: ")
    assert result.stderr.count("\n") == 1
    assert not out.exists()


def test_a_handshake_that_breaks_off_is_no_matter_of_trust(tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def hang_up() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connection.recv(1)
                connection.close()

    threading.Thread(target=hang_up, daemon=True).start()
    credentials = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    url = f"https://127.0.0.1:{listener.getsockname()[1]}"
    try:
        result = run(url, tmp_path, credentials)
    finally:
        listener.close()
    assert result.exit_code == 3
    assert "no answer (connection broken)" in result.stderr
    assert result.stderr.count("\n") == 1
