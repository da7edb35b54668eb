"""What all kinds of document have, and the registry of kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, get_args

from pydantic import Field

from sojourn.model.errors import Problem
from sojourn.model.expressions import Place, Reference
from sojourn.model.forms import Model
from sojourn.model.names import Id

KINDS: dict[str, type[Document]] = {}


@dataclass(frozen=True)
class Catalog:
    """All documents of a workspace, as checks see them.

    Attributes
    ----------
    documents : mapping of kind to mapping of id to document
        Those that could be read.
    unread : set of (kind, id)
        Those that exist, but have errors of their own.
    """

    documents: Mapping[str, Mapping[str, Document]] = field(default_factory=dict)
    unread: frozenset[tuple[str, str]] = frozenset()

    def get(self, kind: str, id: str) -> Any:
        """Return the document, or None."""
        return self.documents.get(kind, {}).get(id)

    def all(self, kind: str) -> Mapping[str, Any]:
        """Return the documents of a kind, by id."""
        return self.documents.get(kind, {})

    def ids(self, kind: str) -> list[str]:
        """Return all ids of a kind, those with errors and those that other documents declare included."""
        declared = [id for documents in self.documents.values() for d in documents.values() for id in d.declares(kind)]
        return [*self.all(kind), *(id for k, id in self.unread if k == kind), *declared]

    @cached_property
    def named(self) -> Mapping[tuple[str, ...], frozenset[str]]:
        """Return the ids that documents name in fields for a document of these kinds, by the kinds."""
        found: dict[tuple[str, ...], set[str]] = {}
        for documents in self.documents.values():
            for document in documents.values():
                for reference in document.references():
                    found.setdefault(reference.kinds, set()).add(reference.id)
        return {kinds: frozenset(ids) for kinds, ids in found.items()}


class Document(Model):
    """A document: `kind`, `id` and what a person reads.

    Attributes
    ----------
    technical : bool
        Whether it connects or describes systems and data, which not everybody may change who builds campaigns.
    secret_parts : tuple of str
        Paths below which values with the names of secrets stand.
    """

    technical: ClassVar[bool] = False
    secret_parts: ClassVar[tuple[str, ...]] = ()

    kind: str
    id: Id = Field(description="Names the document in others.")
    title: str | None = Field(default=None, description="What people call it.")
    description: str | None = Field(default=None, description="What it is for.")
    labels: list[str] = Field(default_factory=list, description="Words to find it by.")

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Enter the class into the registry under its kind."""
        for kind in get_args(cls.model_fields["kind"].annotation):
            KINDS[kind] = cls

    def declares(self, kind: str) -> Iterable[str]:
        """Return ids of another kind that this document brings into being."""
        return ()

    def references(self) -> Iterable[Reference]:
        """Return the documents that this one names."""
        return ()

    def places(self, catalog: Catalog) -> Iterable[Place]:
        """Return the expressions and conditions, each with the names that it may use."""
        return ()

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Return what else is wrong."""
        return ()
