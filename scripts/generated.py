"""Write the files that are made from the code, or with --check say which are not current."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.error_codes import page as errors_page  # noqa: E402
from sojourn.model import channels, reasons  # noqa: E402

NOTE = "<!-- Made by scripts/generated.py; change the code, not this file. -->\n\n"


def bullet_list(title: str, about: str, entries: Sequence[str]) -> str:
    """Lay out one closed list as a section."""
    return f"## {title}\n\n{about}\n\n" + "".join(f"- `{entry}`\n" for entry in entries) + "\n"


def channel_table() -> str:
    """Lay out what is true of each channel type as a section."""
    rows = [
        f"| `{name}` | {f'`profile.{facts.address}`' if facts.address else 'none'} | "
        f"{', '.join(f'`{field}`' for field in facts.fields)} |\n"
        for name, facts in channels.CHANNELS.items()
    ]
    head = "## Channel types\n\n| type | address | content fields of a template |\n|---|---|---|\n"
    return head + "".join(rows)


def closed_lists() -> str:
    """Lay out the page of all closed lists."""
    return (
        "# Closed lists\n\n"
        + NOTE
        + bullet_list(
            "Reasons of a discard", "Why a message was not sent, or an entry refused.", reasons.DISCARD_REASONS
        )
        + bullet_list("States of a passage", "Where a profile's way through a journey stands.", reasons.PASSAGE_STATES)
        + bullet_list("Reasons of a passage's end", "None for `active` and `completed`.", reasons.PASSAGE_REASONS)
        + bullet_list("Feedback kinds", "What comes back about a message.", reasons.FEEDBACK_KINDS)
        + bullet_list("Consent statuses", "Per channel and per group.", reasons.CONSENT_STATUSES)
        + bullet_list("Lifecycle", "The states of a journey or campaign.", reasons.LIFECYCLES)
        + channel_table()
    )


GENERATED: dict[str, Callable[[], str]] = {
    "docs/reference/lists.md": closed_lists,
    "docs/reference/errors.md": lambda: errors_page(NOTE),
}


def stale(root: Path = ROOT) -> list[str]:
    """List the generated files that are missing or differ from what the code gives."""
    return [
        name
        for name, render in GENERATED.items()
        if not (root / name).exists() or (root / name).read_text(encoding="utf-8") != render()
    ]


def write(root: Path = ROOT) -> None:
    """Write all generated files."""
    for name, render in GENERATED.items():
        (root / name).write_text(render(), encoding="utf-8")


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is not current")
    if not parser.parse_args().check:
        write()
        return 0
    for name in (names := stale()):
        print(f"{name} is not current: run .venv/bin/python scripts/generated.py", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
