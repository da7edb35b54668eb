"""What can go wrong with drafts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sojourn.model.errors import DocumentError, Problem, SojournError, did_you_mean

if TYPE_CHECKING:
    from sojourn.workspace.drafting import Draft


class NoSuchDraft(SojournError):
    """The folder has no document of this kind and id."""

    code = "DRAFT-001"

    def __init__(self, kind: str, id: str, known: Iterable[str]) -> None:
        super().__init__(
            f"no {kind} `{id:.80}` in the folder{did_you_mean(id, known)}", hint="it may have been deleted"
        )


class DraftExists(SojournError):
    """The folder has a document of this kind and id already."""

    code = "DRAFT-002"

    def __init__(self, kind: str, id: str, file: str) -> None:
        super().__init__(f"the {kind} `{id}` exists already, in `{file}`", hint="choose another id")


class StaleDraft(SojournError):
    """Somebody else changed the document since it was read."""

    code = "DRAFT-003"

    def __init__(self, draft: Draft) -> None:
        super().__init__(
            f"the {draft.kind} `{draft.id}` was changed since you read it; nothing is saved",
            hint="compare your changes with the present draft, then save over its `etag`",
        )
        self.draft = draft


class NotADraft(DocumentError):
    """What was given is not one YAML document."""

    code = "DRAFT-004"

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__(list(problems))


class OtherDocument(SojournError):
    """The content has another kind or id than the draft it is saved as."""

    code = "DRAFT-005"

    def __init__(self, field: str, wanted: str, given: object) -> None:
        super().__init__(
            f"the document's `{field}` is `{given!s:.80}`, but it is saved as `{wanted:.80}`",
            hint="rename a document to give it another id",
        )


class NotWritten(SojournError):
    """A file of the folder cannot be written."""

    code = "DRAFT-006"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"`{file}` cannot be written: {reason}", hint="check the disk and the folder's permissions")


class NotKept(SojournError):
    """There is no such deleted draft."""

    code = "DRAFT-007"

    def __init__(self, key: str) -> None:
        super().__init__(f"no deleted document `{key:.80}` is kept", hint="it may have been restored already")
