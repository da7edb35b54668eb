"""Documents as a form has them, saved or not: read, with what the form does not see put back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sojourn.model.document import Document
from sojourn.model.errors import DocumentError
from sojourn.service.access.errors import AccessError
from sojourn.service.studio.secrets import reveal
from sojourn.workspace.draft_errors import NoSuchDraft
from sojourn.workspace.drafting import Drafting


class OfAnotherKind(AccessError):
    """The document is of a kind that cannot be tried."""

    code = "TRY-001"
    status = 422

    def __init__(self, kind: str, wanted: Collection[str]) -> None:
        super().__init__(f"`{kind:.40}` cannot be tried: give one of {', '.join(sorted(wanted))}")


def read_unsaved(drafting: Drafting, body: Mapping[str, Any], kinds: Collection[str]) -> Document:
    """Return a document as it would be if it were saved; its hidden secrets are those of the saved one.

    Raises
    ------
    OfAnotherKind
        It is none of these kinds.
    DocumentError
        It has errors of its own.
    """
    kind, id = str(body.get("kind")), str(body.get("id"))
    if kind not in kinds:
        raise OfAnotherKind(kind, kinds)
    whole = revealed(drafting, body)
    errors = [p for p in drafting.check([whole]) if p.document == (kind, id) and p.severity == "error"]
    if errors:
        raise DocumentError(errors)
    found: Document = drafting.catalog([whole]).get(kind, id)
    return found


def revealed(drafting: Drafting, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with the saved one's secrets in place of those that the form does not see."""
    try:
        saved: Mapping[str, Any] = drafting.draft(str(body.get("kind")), str(body.get("id"))).document
    except NoSuchDraft:
        saved = {}
    whole: dict[str, Any] = reveal(dict(body), dict(saved))
    return whole
