"""Laws of the record: what is written is read back, whole or cut off."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.exchange import Exchange, Probe, Request, Response, Trouble
from conformance.judge import Judgement
from conformance.record import Record, RecordError, Tally, Writer, iter_lines, read
from conformance.record.parsing import parse
from conformance.record.spelling import spell
from conformance.tests.records import (
    FAILED,
    FOOTER,
    HEADER,
    RULING,
    SCENE,
    SMALL,
    lines,
)
from conformance.verdict import Outcome, Verdict


def written(path: Path, record: Record) -> Path:
    path.write_text("".join(f"{spell(line)}\n" for line in lines(record)))
    return path


def test_a_record_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    assert read(written(tmp_path / "r.ndjson", SMALL)) == SMALL


texts = st.text(st.characters(codec=None))
pairs = st.lists(st.tuples(texts, texts), max_size=2).map(tuple)
requests = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST"]),
    url=texts,
    headers=pairs,
    body=st.binary(max_size=8),
)
probes = st.builds(
    Probe,
    operation=texts,
    method=st.sampled_from(["GET", "POST"]),
    path=texts,
    query=texts,
    headers=pairs,
    body=st.none() | st.binary(max_size=8),
)
exchanges = st.builds(
    Exchange,
    number=st.integers(1, 10**9),
    probe=probes,
    sent=requests,
    response=st.builds(
        Response, status=st.integers(0, 999), headers=pairs, body=st.binary(max_size=8)
    ),
    began_ms=st.integers(0, 10**6).map(float),
)


@given(exchanges)
def test_every_exchange_survives_the_record_as_one_ascii_line(
    exchange: Exchange,
) -> None:
    line = spell(exchange)
    assert line.isascii()
    assert "\n" not in line
    assert parse(line) == exchange


def test_an_exchange_says_what_was_meant_only_where_something_else_was_sent() -> None:
    plain = SMALL.exchanges[0]
    bent = replace(plain, sent=replace(plain.sent, url="/other"))
    assert "meant" not in json.loads(spell(plain))["probe"]
    assert json.loads(spell(bent))["probe"]["meant"]["path"] == plain.probe.path


def test_what_was_seen_is_kept_when_the_run_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "new" / "r.ndjson"
    writer = Writer(path, HEADER)
    writer.exchange(SMALL.exchanges[0])
    seen = read(path)  # the writer is still open
    writer.close()
    assert seen.exchanges == SMALL.exchanges[:1]
    assert seen.footer is None
    assert seen.interrupted


def test_a_last_line_cut_off_while_written_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "r.ndjson", replace(SMALL, footer=None))
    whole = path.read_text()
    path.write_text(whole[:-9])
    assert read(path) == replace(SMALL, rulings=(), footer=None)


def test_a_finished_record_says_how_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    passes = tuple(
        Verdict(
            requirement="SID-001",
            operation="FetchSession",
            outcome=Outcome.PASS,
            subject=f"subject {number % 3}",
            evidence=(number,),
        )
        for number in range(1, 11)
    )
    with Writer(path, HEADER) as writer:
        writer.scene(SCENE)
        writer.judgement(Judgement(verdicts=(FAILED, *passes), rulings=(RULING,)))
        writer.footer(FOOTER)
    record = read(path)
    assert not record.interrupted
    assert record.footer == FOOTER
    assert record.performed == (SCENE,)
    assert record.tallies == (
        Tally(verdict=FAILED),
        Tally(
            verdict=replace(passes[0], subject="", evidence=(1, 2, 3, 4, 5, 6)),
            count=10,
            distinct=3,
        ),
    )


def test_lines_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = written(tmp_path / "r.ndjson", SMALL)
    path.write_text(path.read_text().replace('"outcome":"fail"', '"outcome":"?"'))
    reading = iter_lines(path)
    assert next(reading) == HEADER
    assert next(reading) == SMALL.exchanges[0]
    with pytest.raises(RecordError, match=r"ndjson:6: outcome: expected one of fail"):
        list(reading)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "expected a record, observed an empty file"),
        ("{", r":1: not JSON"),
        ("[" * 100_000, r":1: not JSON"),
        ("[]", r":1: kind: expected one of header, exchange"),
        ('{"kind":["header"]}', r":1: kind: expected one of header"),
        ('{"kind":"header","format":2}', r":1: format: expected 1, observed 2"),
        ('{"kind":"header","format":true}', r":1: format: expected 1, observed True"),
        (spell(SMALL.exchanges[0]) + "\n", r":1: a line out of place"),
        (f"{spell(HEADER)}\n{spell(HEADER)}\n", r":2: a line out of place"),
        (f"{spell(HEADER)}\n\n", r":2: not JSON"),
        (f"{spell(HEADER)}\nNaN\n", r":2: not JSON"),
        (
            f"{spell(HEADER)}\n{spell(FOOTER)}\n{spell(SCENE)}\n",
            r":3: a line after the footer",
        ),
        ("\udcff\udcfe", r":1: not JSON"),
    ],
)
def test_what_is_no_record_is_refused_in_one_line_that_says_where(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "r.ndjson"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(RecordError, match=problem) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_opened_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"cannot read .*: No such file"):
        read(tmp_path / "none.ndjson")
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match=r"cannot write .*: "):
        Writer(tmp_path / "file" / "r.ndjson", HEADER)


def test_trouble_takes_the_place_of_an_answer(tmp_path: Path) -> None:
    path = written(tmp_path / "r.ndjson", SMALL)
    assert read(path).exchanges[2].trouble is Trouble.TIMEOUT
    assert read(path).exchanges[2].response is None
