"""A conformance suite for the Session resource of the Proxy v1 API."""

__version__ = "0.1.0"
