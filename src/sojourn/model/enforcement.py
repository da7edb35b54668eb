"""What becomes of data that the documents do not declare."""

from __future__ import annotations

from typing import Literal

Enforcement = Literal["accept", "warn", "reject"]
"""`accept`: it is taken, and listed; `warn`: that, and the server's log says so; `reject`: it is not taken."""
