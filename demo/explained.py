"""Find customers whose story is worth telling, by asking the server for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import httpx

ASKED_AT_MOST: Final = 60


@dataclass(frozen=True)
class Explained:
    """Asks what happened to customers in one document.

    Attributes
    ----------
    client
        Knows the server's address and a key that may read.
    document, last_node
        The journey, and the end of its whole way.
    """

    client: httpx.Client
    document: str
    last_node: str

    def went_through(self, customer: str) -> bool:
        """Tell whether a customer came to the journey's last node and got its message."""
        passages = self._story(customer)["passages"]
        return any(step["node"] == self.last_node and step["messages"] for each in passages for step in each["steps"])

    def held_back(self, customer: str) -> bool:
        """Tell whether a customer was about to get in and a rule was in the way, which was written down."""
        story = self._story(customer)
        return not story["entered"] and bool(story["refusals"])

    def not_chosen(self, customer: str) -> bool:
        """Tell whether a customer never got in because a test of the document does not hold."""
        story = self._story(customer)
        return not story["entered"] and not story["refusals"] and story["first_failed"] is not None

    def _story(self, customer: str) -> dict[str, Any]:
        answer = self.client.get(f"/api/documents/{self.document}/explain/{customer}")
        story: dict[str, Any] = answer.raise_for_status().json()
        return story


def first(wanted: Callable[[str], bool], customers: Iterable[str]) -> str | None:
    """Give the first of the customers who is wanted; after many who are not, nobody."""
    return next((customer for customer in islice(customers, ASKED_AT_MOST) if wanted(customer)), None)
