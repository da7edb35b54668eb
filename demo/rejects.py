"""What an import refused, read from the file of rejects that it wrote."""

import csv
from collections import Counter
from pathlib import Path
from typing import Final

LONGEST: Final = 90


def why_rejected(imported: Path) -> list[str]:
    """Count an import's rejects by reason, each with its first line.

    Parameters
    ----------
    imported
        The file that was imported; its rejects stand beside it.

    Returns
    -------
    list of str
        A sentence for each reason, the most frequent first; empty when nothing was refused.
    """
    path = imported.with_name(imported.name + ".rejects.csv")
    if not path.exists():
        return []
    reasons: Counter[str] = Counter()
    first: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            reasons[row["reason"]] += 1
            first.setdefault(row["reason"], row)
    return [
        f"  {count:,} times: {reason}; first in line {first[reason]['line']}: {shortened(first[reason]['content'])}"
        for reason, count in reasons.most_common()
    ]


def shortened(text: str) -> str:
    """Cut a long text."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
