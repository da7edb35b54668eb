"""A template rendered for one profile, as it would leave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from sojourn.messages.compiling import compile_template
from sojourn.messages.content import Aborted, Rendered, RenderError, Template
from sojourn.messages.context import template_context
from sojourn.reports.profile import NoSuchProfile
from sojourn.reports.subject import find_profile
from sojourn.service.runtime import Runtime
from sojourn.store.duckdb.reader import StoreReader
from sojourn.workspace.drafting import Drafting

Body = dict[str, Any]
PROFILE = "SELECT * EXCLUDE (_pno, _created_at) FROM profile WHERE _pno = $pno"
UNSUBSCRIBE = "https://example.com/unsubscribe"
PAGES = {"preferences_url": "https://example.com/preferences", "confirm_url": "https://example.com/confirm"}


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
        self, document: Mapping[str, Any], profile: Mapping[str, Any], event: Body, nodes: Body, locale: str | None
    ) -> Body:
        """Render a template document.

        Parameters
        ----------
        profile : mapping
            Attributes as they are stored; see `profile`.
        event : dict
            Properties, for `event` and `entry`.
        nodes : dict
            What nodes keep, by their ids, and `row` of a campaign.
        locale : str, optional
            By default the profile's.

        Returns
        -------
        dict
            `outcome` (`rendered`, `aborted`, `failed` or `invalid`), `detail`, `fields` (all that the channel has),
            `subject`, `html`, `text`, `problems` of the document, `reads`: by object the names that it reads.
        """
        key = (str(document.get("kind")), str(document.get("id")))
        problems = [p for p in self._drafting.check([document]) if p.document in (key, None)]
        nothing: Body = {"detail": None, "fields": {}, "subject": None, "html": None, "text": None, "reads": {}}
        if any(problem.severity == "error" for problem in problems):
            return {**nothing, "outcome": "invalid", "problems": problems}
        template = compile_template(document)
        about = {"no": 0, "at": self._runtime.clock.now(), "of": "preview", "channel": template.channel} | PAGES
        about |= {"unsubscribe_url": UNSUBSCRIBE} if template.channel == "email" else {}
        context = template_context(template, profile, json.dumps(event), json.dumps(nodes), about, self._json_names())
        told = _told(template, context, locale or profile.get("locale"))
        reads = {name: sorted(names) for name, names in sorted(template.variables.items())}
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


def _told(template: Template, context: Body, locale: str | None) -> Body:
    match template.render(context, locale):
        case Aborted(detail):
            return {"outcome": "aborted", "detail": detail}
        case RenderError(detail):
            return {"outcome": "failed", "detail": detail}
        case Rendered() as rendered:
            text = template.text_of(rendered, context, locale)
            return {
                "outcome": "rendered", "fields": dict(rendered.fields), "subject": rendered.subject,
                "html": rendered.html, "text": text if text is not None else rendered.body,
            }  # fmt: skip
