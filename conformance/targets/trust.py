"""Trust: whose certificates are believed, as other programs here are told."""

import os
import ssl
from pathlib import Path

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""The names in the environment that may name a CA bundle; the first one counts."""


class TrustError(ValueError):
    """A CA bundle that is none; the message is one clear line."""


def ca_bundle() -> str | None:
    """Return the file or folder of certificates to believe, None for the usual ones.

    Raises TrustError.
    """
    name = next((name for name in VARIABLES if os.environ.get(name)), "")
    if not name:
        return None
    bundle = Path(os.environ[name])
    if bundle.is_dir():
        return str(bundle)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(bundle)
    except ssl.SSLError as error:
        raise TrustError(f"{name}: {bundle}: expected certificates in PEM") from error
    except OSError as error:
        raise TrustError(f"{name}: {bundle}: {error.strerror}") from error
    return str(bundle)
