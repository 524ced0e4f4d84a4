"""Laws of settings: they are found, and what is not known is refused in one line."""

from pathlib import Path

import pytest

from conformance.settings import SettingsError, discover, load


def written(folder: Path, text: str, name: str = "conformance.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_settings_are_named_as_options_are(tmp_path: Path) -> None:
    text = """
        target = "https://staging.test"
        service-sid = "KS1"
        identifiers = ["+1", "+2", "+3"]
        messages = true
        rate = 10
        max-seconds = 2.5
        max-requests = 900
        workers = 4
    """
    assert load(written(tmp_path, text)) == {
        "target": "https://staging.test",
        "service_sid": "KS1",
        "identifiers": ["+1", "+2", "+3"],
        "messages": True,
        "rate": 10,
        "max_seconds": 2.5,
        "max_requests": 900,
        "workers": 4,
    }


def test_files_are_looked_for_beside_the_settings(tmp_path: Path) -> None:
    text = 'waivers = "w.toml"\npin = "reports/x"\ncredentials = "/etc/c"'
    assert load(written(tmp_path, text)) == {
        "waivers": str(tmp_path / "w.toml"),
        "pin": str(tmp_path / "reports/x"),
        "credentials_file": "/etc/c",
    }


def test_a_project_may_keep_them_in_its_own_file(tmp_path: Path) -> None:
    text = '[tool.conformance]\nprofile = "quick"\n[tool.other]\nx = 1'
    path = written(tmp_path, text, "pyproject.toml")
    assert load(path) == {"profile": "quick"}
    assert discover(tmp_path) == (path, {"profile": "quick"})


def test_a_file_of_its_own_comes_first(tmp_path: Path) -> None:
    written(tmp_path, '[tool.conformance]\nprofile = "quick"', "pyproject.toml")
    path = written(tmp_path, 'profile = "core"')
    assert discover(tmp_path) == (path, {"profile": "core"})


@pytest.mark.parametrize("text", ["", "[tool.other]", "tool = 1", "[tool]\nx = 1"])
def test_a_project_without_them_has_none(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text, "pyproject.toml")
    assert discover(tmp_path) is None
    with pytest.raises(SettingsError, match=r"expected a table \[tool\.conformance\]"):
        load(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("profil = 'quick'", "unknown key 'profil'; did you mean 'profile'?"),
        ("zzz = 1", "unknown key 'zzz'; known are target, account-sid, "),
        ("seed = 'x'", "seed: expected a whole number, observed 'x'"),
        ("seed = true", "seed: expected a whole number, observed True"),
        ("seed = 1.5", "seed: expected a whole number, observed 1.5"),
        ("rate = '5'", "rate: expected a number, observed '5'"),
        ("messages = 1", "messages: expected true or false, observed 1"),
        ("target = 1", "target: expected text, observed 1"),
        ("identifiers = '+1'", "identifiers: expected a list of texts, observed"),
        ("identifiers = [1]", "identifiers: expected a list of texts, observed"),
        ("auth-token = 'x'", "'auth-token' is no setting: a token belongs into"),
        ("i-own-this-account = true", "'i-own-this-account' is no setting: say it"),
        ("= 1", "not TOML: "),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: {problem}")
    assert "\n" not in str(caught.value)


def test_a_token_in_the_wrong_place_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(written(tmp_path, "auth-token = 'planted'"))
    assert "planted" not in str(caught.value)


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*: No such file"):
        load(tmp_path / "missing.toml")
