"""The entry point that pytest loads everywhere: opens only when the suite is named."""

import pytest

SUITE = "conformance.suite"


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Load the plugin, and so its options, when `conformance.suite` is to be run."""
    if any(arg.partition("::")[0] == SUITE for arg in args):
        early_config.pluginmanager.import_plugin(f"{SUITE}.plugin")
