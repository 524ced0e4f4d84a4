"""What an answer says its body is."""

from conformance.exchange import Response


def essence(response: Response) -> str:
    """Return the media type in lower case and without parameters, "" when not told."""
    told = response.header("content-type") or ""
    return told.partition(";")[0].strip().lower()
