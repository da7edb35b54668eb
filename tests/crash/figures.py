"""The figures of a run, for the screen and for `docs/crash.md`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path


def show(figures: Mapping[str, object]) -> None:
    """Print them; write them as JSON to the file that SOJOURN_CRASH_FIGURES names."""
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:{width}}  {value}")
    if target := os.environ.get("SOJOURN_CRASH_FIGURES"):
        Path(target).write_text(json.dumps(figures, indent=1) + "\n")
