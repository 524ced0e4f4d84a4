import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.commands.diff import command as diff
from conformance.commands.report import command as report
from conformance.record import Writer
from conformance.tests.records import lines
from conformance.tests.views import failed, passed, viewed
from conformance.verdict import Verdict

Recorded = Callable[..., Path]

SID = passed("SID-003", "UpdateSession")
HELD = passed("CON-001", "FetchSession")
BROKEN = failed("CON-001", "FetchSession", "ttl \x1b[31m stale")


@pytest.fixture(name="recorded")
def _recorded(tmp_path: Path) -> Recorded:
    def write(folder: str, *verdicts: Verdict, name: str = "") -> Path:
        record = viewed(*verdicts, name=name or folder).record
        header, *rest = lines(record)
        path = tmp_path / folder / "record.ndjson"
        assert header is record.header
        with Writer(path, record.header) as writer:
            for line in rest:
                writer.line(line)
        return path.parent

    return write


def asked(command: object, *arguments: object) -> Result:
    runner = CliRunner()
    return runner.invoke(command, [str(one) for one in arguments])  # type: ignore[arg-type]  # a command


def test_records_that_say_the_same_exit_with_0(recorded: Recorded) -> None:
    found = asked(diff, recorded("a", HELD), recorded("b", HELD))
    assert found.exit_code == 0
    assert found.output == "0 differences; 1 points on which both agree\n"


def test_records_that_differ_exit_with_1_and_name_both_sides(
    recorded: Recorded,
) -> None:
    found = asked(diff, recorded("a", HELD, SID), recorded("b", BROKEN, SID))
    assert found.exit_code == 1
    assert found.output.splitlines() == [
        (
            "CON-001  verdict  "
            "A fetch shows what the last accepted write answered, property by property."
        ),
        "  at FetchSession",
        "  a  held",
        "  b  broken: ttl \\x1b[31m stale",
        "",
        "1 differences; 1 points on which both agree",
    ]


def test_an_allowed_difference_exits_with_0(recorded: Recorded) -> None:
    found = asked(
        diff, recorded("a", HELD), recorded("b", BROKEN), "--allow", " CON-001 "
    )
    assert found.exit_code == 0
    assert "CON-001  verdict (allowed)" in found.output
    assert "0 differences, 1 more allowed or noise" in found.output


def test_a_name_on_the_command_line_is_that_of_the_target(recorded: Recorded) -> None:
    a, b, again = recorded("a", HELD), recorded("b", BROKEN), recorded("c", HELD)
    found = asked(
        diff, f"ours={a}", f"theirs={b}", "--noise", f"theirs={again}", "--json"
    )
    document = json.loads(found.output)
    assert found.exit_code == 0
    assert (document["before"]["name"], document["after"]["name"]) == ("ours", "theirs")
    assert [one["noise"] for one in document["differences"]] == [True]
    assert (document["counting"], document["same"]) == (0, 0)


def test_a_path_that_holds_an_equals_sign_is_taken_as_it_is(recorded: Recorded) -> None:
    odd = recorded("a=b", HELD, name="ours")
    found = asked(diff, odd, odd, "--json")
    assert json.loads(found.output)["before"]["name"] == "ours"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--allow", "CON-999"], "--allow CON-999: neither record judges"),
        (["--noise", "nowhere.ndjson"], "cannot read nowhere.ndjson"),
    ],
)
def test_bad_input_exits_with_2_in_one_line(
    recorded: Recorded, options: list[str], complaint: str
) -> None:
    found = asked(diff, recorded("a", HELD), recorded("b", HELD), *options)
    assert found.exit_code == 2
    assert found.output.startswith(f"Error: {complaint}")
    assert found.output.count("\n") == 1


def test_a_record_that_rules_on_nothing_exits_with_2(recorded: Recorded) -> None:
    found = asked(diff, recorded("a", HELD), recorded("b"))
    assert found.exit_code == 2
    assert "rules on nothing" in found.output


def test_stale_allowances_one_sided_points_and_other_catalogues_are_told(
    recorded: Recorded, tmp_path: Path
) -> None:
    a, b = recorded("a", HELD, SID), recorded("b", HELD)
    file = b / "record.ndjson"
    file.write_text(file.read_text().replace("c0ffee", "decaf"))
    page = tmp_path / "made" / "diff.html"
    found = asked(diff, a, b, "--allow", "CON-001", "--html", page)
    assert found.output.splitlines()[1:] == [
        "1 points that only one of them claims were not compared",
        "the two were judged by different contracts or catalogues",
        "--allow CON-001 allowed nothing: both say the same",
    ]
    assert "were judged by different contracts" in page.read_text()


def test_a_report_goes_beside_its_record(recorded: Recorded) -> None:
    folder = recorded("a", BROKEN)
    found = asked(report, folder / "record.ndjson")
    assert (found.exit_code, found.output) == (0, f"{folder / 'report.html'}\n")
    page = (folder / "report.html").read_text()
    assert "conformance replay" in page
    assert "\x1b" not in page


def test_a_report_goes_where_it_is_told(recorded: Recorded, tmp_path: Path) -> None:
    folder = recorded("a", HELD)
    named, within = tmp_path / "deep" / "page.html", tmp_path / "elsewhere"
    assert asked(report, folder, "--out", named).output == f"{named}\n"
    assert asked(report, folder, "--out", within).output == f"{within}/report.html\n"
    assert named.read_text() == (within / "report.html").read_text()


def test_several_records_make_one_matrix(
    recorded: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = asked(report, f"first={recorded('a', HELD)}", recorded("b", BROKEN))
    assert found.output == "reports/matrix.html\n"
    page = (tmp_path / "reports" / "matrix.html").read_text()
    assert 'scope="col" class="tg">first<' in page


def test_a_page_that_cannot_be_written_exits_with_2(
    recorded: Recorded, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    found = asked(report, recorded("a", HELD), "--out", tmp_path / "file" / "x.html")
    assert found.exit_code == 2
    assert found.output.startswith("Error: cannot write")
