import base64
import gzip
import hashlib
import json
from dataclasses import replace
from typing import Any

from conformance.exchange import Credentials, Exchange, Json, Role, Trouble
from conformance.report import BODY_BYTES_MAX, Embedding, embed
from conformance.tests.records import SESSIONS, exchange


def unpacked(text: str) -> Json:
    return json.loads(gzip.decompress(base64.b64decode(text)))


def first(embedding: Embedding) -> tuple[dict[str, Any], list[str]]:
    chunk = unpacked(embedding.chunks[0])
    return chunk["exchanges"][0], chunk["texts"]


def body(packed: dict[str, Any], texts: list[str]) -> tuple[str, int, int]:
    """Return the text of an embedded answer, its size, and whether it is base64."""
    place: int
    size: int
    encoded: int
    place, size, encoded = packed["answer"]
    return texts[place], size, encoded


def noisy(number: int, size: int) -> Exchange:
    """Return an exchange whose answer does not compress."""
    block = hashlib.shake_256(str(number).encode()).digest(size)
    return exchange(number, answer=base64.b85encode(block))


def test_each_exchange_is_found_by_its_number() -> None:
    some = [exchange(n, url=f"{SESSIONS}?Page={n}") for n in range(600, 0, -1)]
    embedding = embed(some, first=[300])
    columns: list[list[Any]] = unpacked(embedding.index)["columns"]
    numbers, chunks, places, *_, urls, observed = columns
    assert (embedding.embedded, embedding.total) == (600, 600)
    assert numbers == list(range(1, 601))
    assert (chunks[299], places[299], observed[299]) == (0, 0, "200")
    assert urls[299] == f"{SESSIONS}?Page=300"
    chunk: dict[str, Any] = unpacked(embedding.chunks[int(chunks[599])])
    assert chunk["exchanges"][places[599]]["number"] == 600


def test_an_exchange_is_embedded_in_full() -> None:
    one = exchange(
        3,
        "POST",
        SESSIONS,
        body=b"Ttl=60",
        role=Role.SPOILT,
        defect="not-hex",
        label="spoilt",
        credentials=Credentials.NONE,
        answer=b'{"sid": 1}',
    )
    packed, texts = first(embed([one], first=[]))
    assert packed["notes"] == [
        "spoilt",
        "defect: not-hex",
        "label: spoilt",
        "credentials: none",
    ]
    assert [texts[place] for place in packed["told"]] == [
        "Content-Type",
        "application/json",
    ]
    place, size, encoded = packed["form"]
    assert (texts[place], size, encoded) == ("Ttl=60", 6, 0)
    assert body(packed, texts) == ('{"sid": 1}', 10, 0)


def test_bytes_that_are_no_text_are_spelled_in_base64() -> None:
    packed, texts = first(embed([exchange(1, answer=b"\xff\xfe")], first=[]))
    assert body(packed, texts) == (base64.b64encode(b"\xff\xfe").decode(), 2, 1)


def test_no_answer_is_no_body() -> None:
    packed, _ = first(embed([exchange(1, trouble=Trouble.TIMEOUT)], first=[]))
    assert packed["told"] == []
    assert packed["answer"][1:] == [0, 0]
    assert packed["observed"] == "no answer (timeout)"


def test_a_long_body_is_cut_between_characters_and_says_its_size() -> None:
    answer = ("é" * BODY_BYTES_MAX).encode()
    packed, texts = first(embed([exchange(1, answer=answer)], first=[]))
    text, size, encoded = body(packed, texts)
    assert (len(text), size, encoded) == (BODY_BYTES_MAX // 2, 2 * BODY_BYTES_MAX, 0)


def test_what_does_not_fit_is_left_out_and_counted_the_wanted_ones_last() -> None:
    # Bodies of 20 kB that hardly compress: about a hundred find room.
    some = [noisy(n, 16_000) for n in range(1, 1001)]
    embedding = embed(some, first=[990])
    numbers = unpacked(embedding.index)["columns"][0]
    assert embedding.total == 1000
    assert embedding.embedded == len(numbers) < 1000
    assert 990 in numbers
    assert sum(map(len, embedding.chunks)) < 2_500_000


def test_one_record_gives_one_page() -> None:
    some = [exchange(1), replace(exchange(2), began_ms=7.25)]
    assert embed(some, first=[]) == embed(some, first=[])


def test_a_record_without_exchanges_is_embedded_as_nothing() -> None:
    embedding = embed([], first=[])
    assert (embedding.embedded, embedding.total) == (0, 0)
    assert unpacked(embedding.index)["columns"] == [[]] * 9
