"""The command line: one command a file, thin."""

from sojourn.cli.main import main

__all__ = ["main"]
