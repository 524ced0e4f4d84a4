"""Bodies and queries that no client means to send, as bytes on the wire, by name."""

from urllib.parse import quote

from conformance.exchange import FORM

_LONG = 10_000
_MANY = 1_500
_NESTED = 5_000

FORMS: dict[str, bytes] = {
    "not-utf-8": b"UniqueName=%FF%FE",
    "nul": b"UniqueName=a%00b",
    "nested-json": b"Participants=" + b"[" * _NESTED,
    "json-of-another-kind": b"Participants=42",
    "lone-surrogate": b"Participants=%7B%22Identifier%22%3A%22%5Cud800%22%7D",
    "long-name": b"UniqueName=" + b"a" * _LONG,
    "long-number": b"Ttl=" + b"9" * _LONG,
    "arabic-indic-number": b"Ttl=" + quote("٣").encode(),
    "exponent": b"Ttl=1e400",
    "year-zero": b"DateExpiry=0000-00-00T00:00:00Z",
    "long-date": b"DateExpiry=99999999-01-01T00:00:00Z",
    "date-twice": b"DateExpiry=&DateExpiry=x",
    "status-twice": b"Status=closed&Status=open",
    "bracketed-name": b"Status[]=closed&Ttl[a][b]=1",
    "broken-escape": b"UniqueName=%zz%4",
    "no-form-at-all": b"\x00\x01\x02&&&==;%",
    "raw-octets": b"UniqueName=\xe9\xff",
    "many-fields": b"&".join(b"a%d=" % number for number in range(_MANY)),
    "html": b"UniqueName=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "sql": b"UniqueName=%27+OR+1%3D1%3B--",
    "template": b"UniqueName=%7B%7B7*7%7D%7D%24%7B7*7%7D%25s%25n",
}
"""Forms for a create or an update, most telling first."""

QUERIES: dict[str, str] = {
    "page-size-text": "PageSize=many",
    "page-token-unknown": "PageToken=PTnot-a-token",
    "page-size-negative": "PageSize=-1",
    "page-size-long": "PageSize=" + "9" * 400,
    "page-text": "Page=x",
    "page-negative": "Page=-1",
    "page-long": "Page=" + "9" * 400,
    "page-token-empty": "PageToken=&Page=1",
    "not-utf-8": "PageToken=%FF%FE",
    "nul": "PageToken=%00",
    "page-size-twice": "PageSize=1&PageSize=x",
    "bracketed-name": "PageSize[]=1&Page[a][b]=x",
}
"""Queries for a list, most telling first."""

MEDIA_TYPES: dict[str, str] = {
    "charset": f"{FORM}; charset=UTF-8",
    "letter-case": FORM.title(),
}
"""Other spellings of the media type of a form."""

_BOUNDARY = "conformance-6f1c"


def json_body(name: str, value: str) -> tuple[str, bytes]:
    """Return a media type, and one field as a JSON object of that type."""
    return "application/json", f'{{"{name}": "{value}"}}'.encode()


def multipart_body(name: str, value: str) -> tuple[str, bytes]:
    """Return a media type, and one field as a multipart form of that type."""
    lines = (
        f"--{_BOUNDARY}",
        f'Content-Disposition: form-data; name="{name}"',
        "",
        value,
        f"--{_BOUNDARY}--",
        "",
    )
    body = "\r\n".join(lines).encode()
    return f"multipart/form-data; boundary={_BOUNDARY}", body


def large_form(size_bytes: int) -> bytes:
    """Return a form of that size, one name far too long."""
    start = b"UniqueName="
    return start + b"a" * (size_bytes - len(start))
