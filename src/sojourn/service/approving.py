"""Publications that somebody else must approve."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from typing import Any

from sojourn.engine.publication import choose, named_files
from sojourn.model.errors import SojournError
from sojourn.model.policy import DELIVERIES
from sojourn.model.reader import RawDocument
from sojourn.model.reasons import Inside
from sojourn.service.access.approvals import Approval, Approvals, Body, Decided
from sojourn.service.access.caller import Caller
from sojourn.service.access.difference import difference
from sojourn.service.access.errors import AccessError
from sojourn.service.management import Management
from sojourn.service.standing import Standing, read_standing
from sojourn.workspace import Workspace, load_workspace, read_workspace
from sojourn.workspace.folder import Folder
from sojourn.workspace.reading import FolderFiles

Row = dict[str, Any]


class OwnRequest(AccessError):
    """Nobody approves what the same person asked for."""

    code = "APPROVAL-003"
    status = 403

    def __init__(self) -> None:
        super().__init__("this is your own request", hint="somebody else with the permission `approve` decides")


class NothingToApprove(SojournError):
    """A publication would change nothing."""

    code = "APPROVAL-004"

    def __init__(self) -> None:
        super().__init__("this would change nothing: the documents run as they are in the folder")


class ChangedSince(SojournError):
    """The drafts are not those any more that were asked for."""

    code = "APPROVAL-005"

    def __init__(self, subjects: Sequence[str]) -> None:
        listed = ", ".join(f"`{subject}`" for subject in subjects[:5])
        super().__init__(f"changed since the request: {listed}", hint="ask for the publication again")


class NotTheRequester(AccessError):
    """Only who made a request takes it back."""

    code = "APPROVAL-006"
    status = 403

    def __init__(self) -> None:
        super().__init__("only who made the request takes it back", hint="refuse it")


class Approving:
    """Asks for publications, and publishes what is approved exactly as it was when it was asked for.

    Parameters
    ----------
    management : Management
        Publishes.
    approvals : Approvals
        Keeps the requests.
    """

    def __init__(self, management: Management, approvals: Approvals) -> None:
        self._management = management
        self._runtime = management.runtime
        self._approvals = approvals
        self._deciding = threading.Lock()

    def ask(self, ids: Sequence[str], comment: str, caller: Caller, inside: Inside = "finish") -> Approval:
        """Ask for a publication; no ids mean all that can run.

        Raises
        ------
        DocumentError, UnknownDocument, NothingToApprove
            There is nothing to ask for.
        """
        workspace = load_workspace(self._runtime.places.directory)
        chosen = [f"{raw.kind}/{raw.id}" for raw in choose(workspace, ids)]
        standing, folder = self._standing(), bodies_of(workspace.raw.values())
        before = standing.documents
        data = {subject for subject, body in folder.items() if body["kind"] not in DELIVERIES} | standing.data.keys()
        changed = [subject for subject in sorted(data) if folder.get(subject) != before.get(subject)]
        news = [subject for subject in chosen if folder[subject] != before.get(subject) or subject not in standing.live]
        if not changed and not news:
            raise NothingToApprove
        documents = {subject: folder.get(subject) for subject in [*chosen, *changed]}
        others = {subject: body for subject, body in folder.items() if subject not in data and subject not in chosen}
        changes = [
            {"subject": subject, "difference": difference(before.get(subject), folder.get(subject))}
            for subject in [*news, *changed]
        ]
        files = named_files(workspace)
        made = self._approvals.add(
            caller.id, [subject.partition("/")[2] for subject in chosen] or list(ids), comment, documents,
            others, digests(files, files), changes, inside,
        )  # fmt: skip
        told = {"ids": made.ids, "comment": comment, **({"inside": inside} if inside != "finish" else {})}
        self._management.audit.record(caller, "approval.request", f"approval/{made.id}", None, told)
        return made

    def changed(self, approval: Approval) -> list[str]:
        """Return what is not as it was when a publication was asked for: documents by ``kind/id``, files by name."""
        directory = self._runtime.places.directory
        folder = bodies_of(raw for _, raw in Folder(directory).documents())
        documents = [subject for subject, body in approval.documents.items() if folder.get(subject) != body]
        files = digests(FolderFiles(directory), approval.files)
        return [*documents, *(name for name, digest in approval.files.items() if files.get(name) != digest)]

    def approve(self, id: int, comment: str, caller: Caller) -> tuple[Approval, list[Row]]:
        """Publish what was asked for; return the request and what became of the documents.

        Raises
        ------
        NoApproval, Decided, OwnRequest, ChangedSince, DocumentError, NotPublishable
            Nothing was published.
        """
        with self._deciding:
            approval = self._waiting(id)
            if approval.requested_by == caller.id:
                raise OwnRequest
            if changed := self.changed(approval):
                raise ChangedSince(changed)
            made = self._management.publish_workspace(self._workspace(approval), approval.ids, caller, approval.inside)
            decided = self._approvals.decide(id, "published", caller.id, comment)
        self._record(caller, "approval.approve", decided)
        return decided, made

    def refuse(self, id: int, comment: str, caller: Caller) -> Approval:
        """Refuse a request.

        Raises
        ------
        NoApproval, Decided, OwnRequest
            It is as it was.
        """
        with self._deciding:
            if self._waiting(id).requested_by == caller.id:
                raise OwnRequest
            decided = self._approvals.decide(id, "refused", caller.id, comment)
        self._record(caller, "approval.refuse", decided)
        return decided

    def withdraw(self, id: int, caller: Caller) -> Approval:
        """Take one's own request back.

        Raises
        ------
        NoApproval, Decided, NotTheRequester
            It is as it was.
        """
        with self._deciding:
            if self._waiting(id).requested_by != caller.id:
                raise NotTheRequester
            decided = self._approvals.decide(id, "withdrawn", caller.id, "")
        self._record(caller, "approval.withdraw", decided)
        return decided

    def _waiting(self, id: int) -> Approval:
        found = self._approvals.find(id)
        if found.state != "waiting":
            raise Decided(id, found.state)
        return found

    def _workspace(self, approval: Approval) -> Workspace:
        """Return what runs with the request's documents in it; newer drafts of others are not for publication."""
        standing = self._standing()
        wanted = {**approval.others, **standing.documents, **approval.documents}
        bodies = [body for body in wanted.values() if body is not None]
        return read_workspace(bodies, FolderFiles(self._runtime.places.directory, standing.files))

    def _standing(self) -> Standing:
        with closing(self._runtime.cursor()) as cursor:
            return read_standing(cursor)

    def _record(self, caller: Caller, action: str, decided: Approval) -> None:
        told = {"state": decided.state, "comment": decided.decision}
        self._management.audit.record(caller, action, f"approval/{decided.id}", {"state": "waiting"}, told)


def bodies_of(raws: Iterable[RawDocument]) -> dict[str, Body]:
    """Return documents by ``kind/id``, as JSON has them."""
    return {f"{raw.kind}/{raw.id}": json.loads(json.dumps(raw.body, default=str)) for raw in raws}


def digests(files: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of files, by name; those that are not there are left out."""
    found = {}
    for name in names:
        with suppress(KeyError):
            found[name] = hashlib.sha256(files[name].encode()).hexdigest()
    return found
