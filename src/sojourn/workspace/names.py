"""What expressions may name: from documents to the scopes and the directory of the expression engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sojourn.expr import AudienceSpec, EntitySpec, EventSpec, GroupSpec, LinkSpec, Scope, WorkspaceNames
from sojourn.model.document import Catalog, Document
from sojourn.model.documents import Audience
from sojourn.model.entity import PROFILE, Entity
from sojourn.model.expressions import Place
from sojourn.model.policy import DELIVERIES


def directory_of(catalog: Catalog, zone: str) -> WorkspaceNames:
    """Return the names that conditions look up; documents with errors are there by id."""
    return WorkspaceNames(
        events=_every(catalog, "event", EventSpec(""), lambda e: EventSpec(e.incoming_name, e.where, e.types)),
        audiences=_every(catalog, "audience", AudienceSpec("saved"), _audience),
        entities=_every(catalog, "entity", EntitySpec({}, ""), _entity),
        groups=_every(catalog, "group", GroupSpec("email"), lambda g: GroupSpec(g.channel, g.default, g.double_opt_in)),
        documents=_parts(catalog),
        zone=zone,
    )


def _every(catalog: Catalog, kind: str, unread: Any, turn: Any) -> Mapping[str, Any]:
    known = catalog.all(kind)
    return {id: turn(known[id]) if id in known else unread for id in catalog.ids(kind)}


def _audience(audience: Audience) -> AudienceSpec:
    return AudienceSpec(next(iter(audience.forms), "saved"), audience.where)


def _entity(entity: Entity) -> EntitySpec:
    links = {name: LinkSpec(link.to, link.on) for name, link in entity.links.items()}
    return EntitySpec(entity.types, entity.key_column, links)


def _parts(catalog: Catalog) -> Mapping[str, Collection[str]]:
    found: dict[str, Collection[str]] = {}
    for kind in DELIVERIES:
        for id in catalog.ids(kind):
            document: Any = catalog.get(kind, id)
            parts = getattr(document, "nodes", getattr(document, "activities", []))
            found[id] = [part.id for part in parts]
    return found


def scope_of(document: Document, place: Place, catalog: Catalog, zone: str) -> Scope:
    """Return the scope of one expression.

    Parameters
    ----------
    document : Document
        The document in which it stands.
    place : Place
        Where it stands, with the names that it may use.
    catalog : Catalog
        All documents.
    zone : str
        The workspace's time zone.
    """
    names = place.names
    profile: Entity | None = catalog.get("entity", PROFILE)
    rows: Entity | None = catalog.get("entity", names.entity)
    variables = {"vars": names.variables} if names.variables is not None else {}
    return Scope(
        profile=profile.types if profile is not None else {},
        event=names.event,
        entry=names.entry,
        nodes={**(names.nodes or {}), **variables},
        columns=names.columns,
        links=_linked(rows, catalog) if rows is not None and names.columns is not None else {},
        document=document.id,
        zone=names.zone or zone,
        fallback_zone=zone,
        has_profile=names.entity == PROFILE or (rows is not None and leads_to_profile(rows)),
    )


def _linked(entity: Entity, catalog: Catalog) -> dict[str, Mapping[str, str]]:
    found = {name: catalog.get("entity", link.to) for name, link in entity.links.items()}
    return {name: target.types for name, target in found.items() if target is not None}


def leads_to_profile(entity: Entity) -> bool:
    """Tell whether a row of the entity has a profile."""
    return any(link.to == PROFILE for link in entity.links.values())
