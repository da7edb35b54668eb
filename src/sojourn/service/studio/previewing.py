"""A template rendered for one profile, as it would leave."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from typing import Any

from sojourn.messages.compiling import compile_template
from sojourn.messages.content import PERSONAL, Aborted, Rendered, RenderError, Template
from sojourn.messages.context import template_context
from sojourn.messages.linking import Decoration, decorated
from sojourn.messages.lint import lint_rendered
from sojourn.messages.memory import Memory
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.document import Catalog
from sojourn.model.segments import segments_of
from sojourn.reports.profile import NoSuchProfile
from sojourn.reports.subject import find_profile
from sojourn.service.runtime import Runtime
from sojourn.store.duckdb.reader import StoreReader
from sojourn.workspace.drafting import Drafting
from sojourn.workspace.workspace import settings_of

Body = dict[str, Any]
PROFILE = "SELECT * EXCLUDE (_pno, _created_at) FROM profile WHERE _pno = $pno"
PAGES = "https://example.com"
"""Where the pages about consent seem to be that only messages have which are really sent."""


class Previewing:
    """Renders templates; methods may be called from any thread.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime, drafting: Drafting) -> None:
        self._runtime = runtime
        self._drafting = drafting

    def render(
        self,
        document: Mapping[str, Any],
        profile: Mapping[str, Any],
        event: Body,
        nodes: Body,
        locale: str | None,
        others: Sequence[Mapping[str, Any]] = (),
    ) -> Body:
        """Render a template document.

        Parameters
        ----------
        document : mapping
            The template.
        profile : mapping
            Attributes as they are stored; see `profile`.
        event : dict
            Properties, for `event` and `entry`.
        nodes : dict
            What nodes keep, by their ids, and `row` of a campaign.
        locale : str, optional
            By default the profile's.
        others : sequence of mapping, optional
            Further documents that are not saved yet, such as a block that the template names.

        Returns
        -------
        dict
            `outcome` (`rendered`, `aborted`, `failed` or `invalid`), `detail`, `fields` (all that the channel has),
            `subject`, `html`, `text`, `problems` of the document, `reads`: by object the names that it reads.
        """
        document = {"id": "preview", **document, "kind": "template"}
        key = ("template", document["id"] if isinstance(document["id"], str) else "")
        problems = [p for p in self._drafting.check([document, *others]) if p.document in (key, None)]
        nothing: Body = dict.fromkeys(("detail", "subject", "html", "text", "segments")) | {"fields": {}, "reads": {}}
        if any(problem.severity == "error" for problem in problems):
            return {**nothing, "outcome": "invalid", "problems": problems}
        catalog = self._drafting.catalog([document, *others])
        template = compile_template(document, catalog.all("block"))
        about = {"no": 0, "at": self._runtime.clock.now(), "of": "preview", "channel": template.channel}
        about |= {name: f"{PAGES}/{name.removesuffix('_url')}" for name in PERSONAL}
        context = template_context(template, profile, json.dumps(event), json.dumps(nodes), about, self._json_names())
        told = _told(template, context, locale or profile.get("locale"), _decoration(template, catalog))
        reads = {name: sorted(names) for name, names in sorted(template.variables.items())}
        found = lint_rendered(template.channel, told.get("fields", {}))
        known = {(problem.code, problem.path) for problem in problems}
        problems += [replace(p, document=key) for p in found if (p.code, p.path) not in known]
        if template.channel == "sms" and told.get("text"):
            told["segments"] = asdict(segments_of(told["text"]))
        return {**nothing, **told, "reads": reads, "problems": problems}

    def saved(self, id: str) -> Mapping[str, Any]:
        """Return the folder's template.

        Raises
        ------
        NoSuchDraft
            There is none.
        """
        return self._drafting.draft("template", id).document

    def profile(self, id: str | None, attributes: Mapping[str, Any]) -> Body:
        """Return a profile of the live store, or nobody, with other attributes in place of its own.

        Raises
        ------
        NoSuchProfile
            There is none.
        """
        json_names = self._json_names()
        given = {name: json.dumps(value) if name in json_names else value for name, value in attributes.items()}
        if id is None:
            return given
        with closing(self._runtime.cursor()) as cursor:
            known = find_profile(StoreReader(cursor), id)
            if known is None:
                raise NoSuchProfile(id)
            [stored] = cursor.sql(PROFILE, params={"pno": known["_pno"]}).pl().to_dicts()
        return {**stored, **given}

    def _json_names(self) -> list[str]:
        attributes = self._runtime.engine.processor.program.attributes
        return [name for name, kind in attributes.items() if kind == "json"]


def _decoration(template: Template, catalog: Catalog) -> Decoration | None:
    """Return what the default channel would put behind the links."""
    kind = next(kind for kind in CHANNEL_TYPES if kind == template.channel)
    channels = [channel for channel in catalog.all("channel").values() if channel.type == kind]
    channel = next((each for each in channels if each.default), channels[0] if channels else None)
    about = {"document": "preview", "node": "", "template": template.id}
    return decorated(kind, about, settings_of(catalog).links, channel.links if channel else None, template.links)


def _told(template: Template, context: Body, locale: str | None, decoration: Decoration | None) -> Body:
    match Memory().render(template, context, locale, decoration, PAGES):
        case Aborted(detail):
            return {"outcome": "aborted", "detail": detail}
        case RenderError(detail):
            return {"outcome": "failed", "detail": detail}
        case Rendered() as rendered:
            return {
                "outcome": "rendered", "fields": dict(rendered.fields), "subject": rendered.subject,
                "html": rendered.html, "text": rendered.text if rendered.text is not None else rendered.body,
            }  # fmt: skip
