"""Where logs go: one line an event on standard error; tracebacks without values, which may be secrets."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, Literal

import structlog

LogFormat = Literal["text", "json"]


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


def configure_server_log(log_format: LogFormat) -> None:
    """Write the log of a server to standard error, one line an event, what libraries log included.

    Parameters
    ----------
    log_format : {"text", "json"}
        `text`: names and values; `json`: an object, for programs.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    # The text of a traceback has no values of variables, which the usual dictionaries of structlog would have.
    written = [structlog.processors.format_exc_info, _renderer(log_format)]
    structlog.configure(
        processors=[*shared, *written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    named: list[Any] = [*shared, structlog.stdlib.add_logger_name]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[remove, *written], foreign_pre_chain=named))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _renderer(log_format: LogFormat) -> Any:
    if log_format == "json":
        return structlog.processors.JSONRenderer(json.dumps, ensure_ascii=False, default=str)
    return structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
