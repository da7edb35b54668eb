"""The connection that writes, its transactions, and going on while another thread writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import duckdb

from sojourn.model.state import Changes
from sojourn.store.duckdb.behind import Behind, Parts
from sojourn.store.duckdb.commit import write_parts
from sojourn.store.duckdb.errors import Unwritten
from sojourn.store.duckdb.recent import Recent, concerns
from sojourn.store.duckdb.statements import Statements


class Writing:
    """Transactions on one connection, by one thread.

    A transaction that goes *ahead* only gathers what is put into it, and hands it over at its end. Where somebody asks
    for the connection meanwhile, it waits, writes what was gathered, and is from then on a transaction like any other.
    """

    def _attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._depth, self._open, self._ahead = 0, False, False
        self._parts: Parts = []
        self._behind = Behind(self._write_behind)
        self.recent = Recent()
        self._aside: Statements | None = None
        self._statements = Statements(connection)
        self.forget()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Return the connection that writes, when all is written that was committed on this thread.

        Raises
        ------
        Unwritten
            It could not be written; all that is not durable is lost.
        """
        return self.statements.connection

    @connection.setter
    def connection(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._statements = Statements(connection)

    @property
    def statements(self) -> Statements:
        """Return what runs statements on `connection`; it raises the same."""
        self.settle()
        if self._depth and not self._open:
            self._statements.connection.execute("BEGIN")
            self._open = True
            parts, self._parts = self._parts, []
            write_parts(self._statements, parts)
        return self._statements

    def settle(self) -> None:
        """Wait until all that was handed over is durable.

        Raises
        ------
        Unwritten
            It could not be written; all that is not durable is lost.
        """
        error = self._behind.wait()
        if error is not None:
            self._give_up()
            raise Unwritten(error) from error
        self.recent.clear()

    @property
    def handed_over(self) -> int:
        """Return how many transactions were handed over."""
        return self._behind.handed

    @property
    def durable(self) -> int:
        """Return how many of those that were handed over are durable: the first ones."""
        return self._behind.durable

    def beside(self) -> Statements:
        """Return a connection that reads while another thread writes, and sees what is durable (see `recent`)."""
        if self._aside is None:
            connection = self._statements.connection.cursor()
            connection.execute("SET TimeZone = 'UTC'")
            self._aside = Statements(connection)
        return self._aside

    @property
    def reads_beside(self) -> bool:
        """Whether what `beside` finds and what `recent` knows together are all that is there."""
        return self._ahead and not self._open

    @contextmanager
    def transaction(self, *, ahead: bool = False) -> Iterator[None]:
        """Run statements that count together or not at all; inside another transaction they are part of that.

        Parameters
        ----------
        ahead : bool
            Hand over what is committed, and go on: it is durable when `durable` has reached what `handed_over` is then.
            An error shows when the store is used next, as `Unwritten`.
        """
        if self._depth:
            yield
            return
        was_ahead = self._ahead
        try:
            self._begin(ahead)
            yield
            self._end()
        except BaseException as error:
            lost = self._behind.wait()
            self._give_up()
            if lost is not None and not isinstance(error, Unwritten):
                raise Unwritten(lost) from lost
            raise
        finally:
            self._depth, self._open, self._ahead = 0, False, was_ahead

    def _begin(self, ahead: bool) -> None:
        self._depth, self._open, self._ahead = 1, False, ahead
        if not ahead:
            _ = self.statements

    def _end(self) -> None:
        if self._open:
            self.connection.execute("COMMIT")
            self._open = False
        elif self._parts:
            self._behind.hand(self.recent.put(self._parts))
            self._parts = []

    def _write_behind(self, parts: Parts) -> None:
        connection = self._statements.connection
        connection.execute("BEGIN")
        try:
            write_parts(self._statements, parts)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):  # a failed commit has rolled back already
                connection.execute("ROLLBACK")
            raise

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Make each commit a transaction of its own that is handed over; at the end all of them are durable.

        In a transaction, what came before is committed first.
        """
        before = self._depth, self._ahead
        self._end()
        self._depth, self._ahead = 0, True
        try:
            yield
        finally:
            self._depth, self._ahead = before
        self.settle()
        if self._depth:
            self._begin(self._ahead)

    def attempt(self, work: Callable[[], None]) -> None:
        """Do work whose failure undoes its own writes only; in a transaction, what came before is committed first."""
        if not self._depth:
            with self.transaction():
                work()
            return
        self._turn()
        try:
            work()
            self._turn()
        except BaseException:
            self._behind.wait()
            self._give_up()
            self._open = False
            raise

    def _turn(self) -> None:
        """End a transaction and begin the next."""
        _ = self.statements
        self._end()
        self.recent.clear()

    def put(self, changes: Changes, meta: Mapping[str, str]) -> None:
        """Write changes and values of `meta`, at once or when the transaction ends."""
        if self.reads_beside:
            self._parts.append((changes, meta))
        else:
            write_parts(self.statements, [(changes, meta)])

    def forget(self) -> None:
        """Forget what is known of the tables: after a rollback it may be wrong, or after others wrote by SQL."""
        self._statements = Statements(self._statements.connection)

    def _give_up(self) -> None:
        """Undo what is not durable, and forget what was known because of it."""
        self._parts = []
        self.recent.clear()
        self.forget()
        with suppress(duckdb.Error):  # a failed commit has rolled back already
            self._statements.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Write the last checkpoint and close the file."""
        self._behind.close()
        if self._aside is not None:
            self._aside.connection.close()
        self._statements.connection.close()

    def source(self, *tables: str) -> Statements:
        """Return what reads tables as they are; it need not wait where nothing on its way concerns them."""
        pending = self.unseen()
        if pending is None or any(concerns(changes, table) for changes in pending for table in tables):
            return self.statements
        return self.beside()

    def unseen(self) -> list[Changes] | None:
        """Return the changes that a query `beside` may not see; None: there is more that it would not see."""
        if not self.reads_beside:
            return None
        return [*self.recent.pending(), *(changes for changes, _ in self._parts)]
