"""Where logs go: one line an event on standard error; tracebacks without values, which may be secrets."""

from __future__ import annotations

import sys

import structlog


def configure_logs() -> None:
    """Send all logs to standard error, so that what a command prints can be read by a program."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
