"""`python -m conformance.mock`."""

from conformance.mock.command import mock

mock(prog_name="conformance mock")
