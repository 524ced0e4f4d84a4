"""`conformance mock`."""

from conformance.mock.command import mock as command

__all__ = ["command"]
