"""How long Hypothesis searches (`make fuzz` sets HYPOTHESIS_PROFILE=fuzz); failures are told as they happen."""

import os

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", settings.get_profile("quick"), max_examples=5_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


class _Told:
    """Names each failure when it happens: the summary is for those who wait for the end, and whose run has one."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            reason = crash.message if crash else ""
            terminal = self._config.pluginmanager.get_plugin("terminalreporter")
            terminal.ensure_newline()
            terminal.write_line(f"failed: {report.nodeid} ({report.when}): {reason}"[:600])


def pytest_configure(config: pytest.Config) -> None:
    """Tell of failures once: not in the processes that run tests for another."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        config.pluginmanager.register(_Told(config))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Send logs to where they usually go: a command that a test ran may have sent them to its own, closed output."""
    structlog.reset_defaults()
