"""Origins: what a base URL says of who is behind it."""

from ipaddress import ip_address
from urllib.parse import urlsplit

_PRODUCTION = "twilio.com"


def is_loopback(url: str) -> bool:
    """Return whether a base URL leads to this very machine and reaches nobody else."""
    host = _host(url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_production(url: str) -> bool:
    """Return whether a base URL leads to the live service, at any edge or region."""
    host = _host(url)
    return host == _PRODUCTION or host.endswith(f".{_PRODUCTION}")


def is_open(url: str) -> bool:
    """Return whether what is sent there can be read on the way."""
    return urlsplit(url).scheme == "http" and not is_loopback(url)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")
