"""Erasing people: the store at once, then the log, then what is left on the disk (ADR 0016)."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Final

import duckdb
import polars as pl
import structlog

from sojourn.channels.direct_mail.forgetting import erase_letters
from sojourn.channels.every.forgetting import blank_lines
from sojourn.engine.erasing import erase
from sojourn.log.redaction import Late, Redaction
from sojourn.messages.addresses import ATTRIBUTE
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.reports.profile import NoSuchProfile
from sojourn.store.duckdb.commit import insert
from sojourn.store.duckdb.errors import StoreRefused
from sojourn.store.duckdb.person import Person, find_person, without_shared
from sojourn.store.duckdb.scrubbing import overwrite_free_blocks, rewrite_table, tables_to_scrub
from sojourn.store.inbox import erase_shown

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

SCRUB_AT_ONCE: Final = 8 * 1024 * 1024
"""Bytes of a store up to which it is written anew with each erasure; a larger one in the night."""
UNFINISHED: Final = "SELECT no, ids, addresses FROM erasure WHERE state = 'rows' ORDER BY no"
ERASED: Final = 'SELECT "offset", digests FROM erasure'
TURN: Final = threading.Lock()
"""One erasure at a time."""
_log = structlog.get_logger(__name__)


class Erasure:
    """Erases people of a workspace; what a crash interrupts is carried on by `carry_on`.

    Parameters
    ----------
    runtime : Runtime
        Started or opened.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._turn = TURN
        self._salt = hmac.new(runtime.secret, b"erased", hashlib.sha256).hexdigest()

    def digest(self, id: str) -> str:
        """Return what the record of changes calls a person who must not be named there."""
        return hmac.new(self._salt.encode(), id.encode(), hashlib.sha256).hexdigest()[:16]

    def erase(self, ids: Sequence[str], *, suppress: bool = False) -> bool:
        """Erase people, by any of their ids; return whether the disk is clean, too.

        Parameters
        ----------
        suppress : bool
            Keep a hash of their addresses on the suppression list, so that nothing is sent there when they come again.

        Raises
        ------
        NoSuchProfile
            For an id that is not known; nothing has happened.
        """
        with self._turn:
            self._runtime.engine.call(lambda: self._from_store(ids, suppress))
            return self._carry_on()

    def carry_on(self) -> bool:
        """Finish erasures that were interrupted; return whether the disk is clean."""
        with self._turn:
            return self._carry_on()

    def _from_store(self, ids: Sequence[str], suppress: bool) -> None:
        runtime, engine = self._runtime, self._runtime.engine
        engine.drain(runtime.log.end())
        runtime.rejects.take_over()
        people: dict[int, Person] = {}
        for id in ids:
            person = find_person(engine.store, id, ATTRIBUTE)
            if person is None:
                raise NoSuchProfile(id)
            people[person.pno] = person
        alone = without_shared(engine.store, list(people.values()), ATTRIBUTE)
        with engine.store.transaction():
            if suppress:
                self._suppress(alone)
            erase(engine.processor, alone, runtime.clock.now(), self._salt)

    def _suppress(self, people: Sequence[Person]) -> None:
        now = self._runtime.clock.now()
        rows = [
            {"channel": CHANNEL_TYPES.index(channel), "address": address, "reason": "erased", "at": now}
            for person in people for channel, address in (person.addresses or {}).items()
        ]  # fmt: skip
        if rows:
            insert(self._runtime.store, "suppression", pl.DataFrame(rows).cast({"channel": pl.Int8}))

    # ---- the log and the disk ------------------------------------------------------------------------------------

    def _carry_on(self) -> bool:
        store, engine = self._runtime.store, self._runtime.engine
        unfinished = engine.call(lambda: store.connection.execute(UNFINISHED).fetchall())
        if unfinished:
            ids = [id for _, ids, _ in unfinished for id in ids]
            addresses = [address for _, _, addresses in unfinished for address in addresses]
            self._from_log(ids, addresses)
            blank_lines(self._runtime.places.data / "outbox", ids, addresses)
            self._runtime.rejects.scrub()
            erase_shown(self._runtime.places.data, ids)
            erase_letters(self._runtime.places.data, ids, addresses)
            self._runtime.imports.erase(ids, addresses)
            for forget in self._runtime.forgetting:
                forget(ids)
            numbers = [no for no, _, _ in unfinished]
            engine.call(lambda: self._mark(numbers, "log"))
        return self.scrub(at_most=SCRUB_AT_ONCE)

    def take_late(self) -> int:
        """Empty what came late about people who were erased, such as opens of old mails; return in how many batches."""
        found = self._runtime.engine.call(lambda: self._runtime.store.connection.execute(ERASED).fetchall())
        digests = {digest for _, listed in found for digest in listed}
        if not digests:
            return 0
        return self._runtime.log.rewrite(
            Late(digests, self._salt, self._present), since=min(offset for offset, _ in found)
        )

    def _present(self, ids: list[str]) -> set[str]:
        with closing(self._runtime.cursor()) as cursor:
            found = cursor.execute("SELECT profile_id FROM profile WHERE profile_id IN $ids", {"ids": ids}).fetchall()
        return {row[0] for row in found}

    def _from_log(self, ids: Sequence[str], addresses: Sequence[str]) -> None:
        entities = self._runtime.engine.processor.audiences.directory.entities
        links = {id: entity.profile_columns for id, entity in entities.items()}
        self._runtime.log.rewrite(Redaction(frozenset(ids), list(addresses), links))

    def _mark(self, numbers: Sequence[int], state: str) -> None:
        self._runtime.store.connection.execute(
            "UPDATE erasure SET state = $state, ids = NULL, addresses = NULL WHERE no IN $numbers",
            {"state": state, "numbers": list(numbers)},
        )

    def scrub(self, at_most: int | None = None) -> bool:
        """Take what was deleted off the disk; return whether there is nothing left to do.

        Parameters
        ----------
        at_most : int, optional
            Bytes of the store; a larger one is left for later.
        """
        store, engine = self._runtime.store, self._runtime.engine
        query = "SELECT no FROM erasure WHERE state = 'log'"
        waiting = [row[0] for row in engine.call(lambda: store.connection.execute(query).fetchall())]
        if not waiting:
            return True
        if at_most is not None and self._runtime.places.store.stat().st_size > at_most:
            return False
        try:
            for table in engine.call(lambda: tables_to_scrub(store)):
                engine.call(lambda table=table: rewrite_table(store, table))  # type: ignore[misc]
            engine.call(lambda: overwrite_free_blocks(store))
        except (
            duckdb.TransactionException,
            StoreRefused,
        ) as error:  # the night tries again
            _log.info("the store is scrubbed later", reason=str(error))
            return False
        engine.call(lambda: self._mark(waiting, "done"))
        return True
