"""Run the demo: ``python -m demo.run``, or ``make demo``."""

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final

import httpx
import msgspec
from rich.console import Console

from demo.accounts import NotAddingUp
from demo.customers import Habits
from demo.layout import HERE, Layout, lay_out
from demo.live import NotWorkedOff
from demo.prepare import Slice
from demo.server import CommandFailed, tail
from demo.sink import start_sink
from demo.stages import Stages

FAILURES: Final = (CommandFailed, NotAddingUp, NotWorkedOff, httpx.HTTPError, msgspec.MsgspecError, OSError, ValueError)
# Where there is no terminal, lines of the tables are not to be folded at 80.
WIDTH: Final = 120


def main(words: Sequence[str] | None = None) -> int:
    """Run the demo and return the exit code: 0, 1 after a failure, 130 after Ctrl-C before the end."""
    options = parse(words)
    console = Console(width=None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", WIDTH)))
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        with _alone(options.folder):
            show(options, console)
    except KeyboardInterrupt:
        console.print("\nStopped; the server and the mail server are down.")
        return 130
    except FAILURES as failure:
        _explain_failure(console, failure, Layout(options.folder))
        return 1
    return 0


def show(options: argparse.Namespace, console: Console) -> None:
    """Go through the stages one after the other."""
    chosen = Slice(replay_until=options.until, customers=options.customers)
    habits = Habits()
    sink = start_sink(habits, options.smtp_port)
    try:
        stages = Stages(console, lay_out(options.folder, sink.port), chosen, sink, habits)
        stages.introduce()
        prepared = stages.prepare()
        with stages.serving(options.port) as standing:
            stages.set_up(prepared, standing)
            ended = stages.replay(prepared, standing, options.seconds)
            stages.finish(prepared, standing, ended)
            if not options.once:
                stages.wait(standing.server)
    finally:
        sink.stop()


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m demo.run", description="Weeks of a real shop through Sojourn.")
    parser.add_argument("--once", action="store_true", help="stop at the end; otherwise the server goes on running")
    parser.add_argument("--seconds", type=float, default=120, help="how long the replay takes (default: 120)")
    parser.add_argument("--customers", type=int, help="keep so many customers only (default: all 4,372)")
    parser.add_argument(
        "--until", type=_day, default=_day("2011-12-10"), help="replay to this day (default: 2011-12-10)"
    )
    parser.add_argument("--port", type=int, default=8080, help="the server's port; another one if it is taken")
    parser.add_argument("--smtp-port", type=int, default=0, help="the mail server's port (default: a free one)")
    parser.add_argument("--folder", type=Path, default=HERE / "run", help="where to work; emptied first")
    return parser.parse_args(words)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Refuse a second demo in the same folder: it would pull the data from under the first one's server."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise ValueError(f"another demo works in {folder}: stop it, or choose another --folder") from taken
        yield


def _explain_failure(console: Console, failure: Exception, layout: Layout) -> None:
    console.print(f"\n[bold red]The demo stopped:[/bold red] {type(failure).__name__}", highlight=False)
    console.print(str(failure), markup=False, highlight=False)
    if last := tail(layout.log):
        console.print(f"\nThe last lines of {layout.log}:", highlight=False)
        console.print(last, markup=False, highlight=False)


def _as_interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
