"""What an expression reads, so that only this is loaded."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import reduce
from operator import or_


@dataclass(frozen=True)
class Reads:
    """What must be there for an expression to be evaluated.

    Parameters
    ----------
    attributes
        Attributes of the profile.
    event, entry
        Whether these columns of the frame are read.
    vars
        Nodes of the journey whose kept values are read, from the column of that name.
    history
        Incoming event names that are counted.
    engagement, consent
        Whether these tables are read.
    members
        Audiences that are looked up in the table `member`.
    entities
        Entities whose rows are read.
    links
        Columns of links of the rows under test, such as `guest.city`: the caller joins the link as `link_guest`.
    time
        Whether the result depends on the instant.
    clock
        Whether `now()` or `local_now()` is read, so that the result may change at any instant.
    profile_id
        Whether the profile's id is read (`bucket()`, links).
    """

    attributes: frozenset[str] = frozenset()
    event: bool = False
    entry: bool = False
    vars: frozenset[str] = frozenset()
    history: frozenset[str] = frozenset()
    engagement: bool = False
    consent: bool = False
    members: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    time: bool = False
    clock: bool = False
    profile_id: bool = False

    def __or__(self, other: Reads) -> Reads:
        """Give what either reads."""
        return Reads(**{f.name: getattr(self, f.name) | getattr(other, f.name) for f in fields(self)})

    @property
    def profile(self) -> bool:
        """Whether anything of the profile's own row is read."""
        return self.profile_id or bool(self.attributes)

    @property
    def settled(self) -> bool:
        """Whether the value stays the same for the whole of a passage: what it began with, and who it is."""
        return replace(self, entry=False, profile_id=False) == Reads()

    @property
    def followed(self) -> list[str]:
        """Links that the caller joins, in order."""
        return sorted({name.partition(".")[0] for name in self.links})

    @property
    def tables(self) -> frozenset[str]:
        """Tables beside the frame and the profiles."""
        flags = {
            "history": bool(self.history),
            "engagement": self.engagement,
            "consent": self.consent,
            "member": bool(self.members),
        }
        return frozenset(n for n, read in flags.items() if read) | {f"rows_{e}" for e in self.entities}


def union(reads: list[Reads]) -> Reads:
    """Give what any of these reads."""
    return reduce(or_, reads, Reads())
