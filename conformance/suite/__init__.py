"""The pytest face: `pytest --pyargs conformance.suite --target URL`."""
