"""Agreement of the bounce reader with another one: ``python -m bench.bounces FOLDER VERDICTS.csv``.

FOLDER has the mails, VERDICTS.csv the columns ``file recipient bounce reason action`` (``hard`` or ``soft``), one row a
recipient, as libsisimai gives them for its set-of-emails.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

from sojourn.ingest.bounces.report import Report, read_reports

OURS = {"bounced": "hard", "soft_bounced": "soft", "complained": "complained"}
UNCLEAR = ("undefined", "onhold", "filtered")
"""Reasons that are no verdict: Sisimai says `filtered` where it cannot tell whether the address is there."""
WARNINGS = ("exim-38", "exim-41", "gmail-06", "messagingserver-07", "opensmtpd-12")
"""Mails that say themselves that delivery goes on: Sisimai calls them soft, a bounce they are not."""
SEPARATE = ("hard", "soft")


def verdict(reports: list[Report], recipient: str) -> str:
    """Return what we say of a recipient; `none` where a mail reports nothing."""
    mine = [report for report in reports if (report.recipient or "").lower() == recipient.lower()]
    found = mine or [report for report in reports if len(reports) == 1 or not report.recipient] or reports
    return OURS[found[0].kind] if found else "none"


def main(folder: Path, verdicts: Path) -> None:
    """Print the table of both verdicts, every disagreement, and the agreement."""
    table: Counter[tuple[str, str]] = Counter()
    with verdicts.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ours = verdict(read_reports((folder / row["file"]).read_bytes()), row["recipient"])
            is_clear = row["reason"] not in UNCLEAR and row["action"] != "delayed"
            is_clear = is_clear and not row["file"].removesuffix(".eml").endswith(WARNINGS)
            theirs = row["bounce"] if is_clear else "unclear"
            theirs = theirs if theirs in (*SEPARATE, "unclear") else row["reason"]
            table[theirs, ours] += 1
            if theirs in SEPARATE and theirs != ours:
                print(f"{row['file']}: {theirs} there ({row['reason']}), {ours} here: {row['diagnosticcode'][:100]}")
    for (theirs, ours), count in sorted(table.items()):
        print(f"{theirs:>14} there, {ours:>10} here: {count}")
    clear = sum(count for (theirs, _), count in table.items() if theirs in SEPARATE)
    agreed = sum(count for (theirs, ours), count in table.items() if theirs in SEPARATE and theirs == ours)
    silent = sum(count for (theirs, ours), count in table.items() if theirs in SEPARATE and ours == "none")
    print(f"agreement: {agreed} of {clear} ({agreed / clear:.1%}); where we judge: {agreed / (clear - silent):.1%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
