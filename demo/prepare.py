"""Turn the shop's transactions into what the demo imports and replays."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

HERE: Final = Path(__file__).parent
SOURCE: Final = HERE / "data" / "online_retail.parquet"
ZONES: Final = HERE / "data" / "zones.csv"


@dataclass(frozen=True)
class Slice:
    """Which part of the data is shown.

    Attributes
    ----------
    replay_from, replay_until
        Instants. What happened before the first is imported as the past, what happened before the second is replayed.
    customers
        How many customers (and as many invoices without one) are kept; None keeps all.
    """

    replay_from: datetime = datetime(2011, 11, 7, tzinfo=UTC)
    replay_until: datetime = datetime(2011, 12, 10, tzinfo=UTC)
    customers: int | None = None

    @property
    def first_mails(self) -> datetime:
        """Half an hour after the journey's audience is read, at nine on the first morning."""
        return self.replay_from + timedelta(hours=9.5)

    @property
    def seconds(self) -> float:
        """The length of the replay, in seconds of the shop's time."""
        return (self.replay_until - self.replay_from).total_seconds()


@dataclass(frozen=True)
class Prepared:
    """The files that the demo made, and how many rows each has."""

    profiles: Path
    events: Path
    products: Path
    replay: Path
    rows: dict[str, int]


def prepare(chosen: Slice, folder: Path) -> Prepared:
    """Write profiles, past events, products and the replay under a folder.

    Parameters
    ----------
    chosen
        The weeks and the customers.
    folder
        Where to write; made if it does not exist.

    Returns
    -------
    Prepared
        The files ``profiles.ndjson``, ``events.ndjson``, ``product.csv`` and ``replay.ndjson`` with their row counts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        _read(con, chosen)
        return Prepared(
            profiles=(profiles := _export(con, "profiles", folder / "profiles.ndjson")),
            events=(events := _export(con, "past", folder / "events.ndjson")),
            products=(products := _export(con, "products", folder / "product.csv")),
            replay=(replay := _export_calls(con, folder / "replay.ndjson")),
            rows={path.stem: _lines(path) for path in (profiles, events, products, replay)},
        )


def sql(name: str) -> str:
    """Read one of the named queries of ``demo/sql``."""
    return (HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _read(con: duckdb.DuckDBPyConnection, chosen: Slice) -> None:
    con.execute("set timezone = 'UTC'")
    for name, value in (("source", str(SOURCE)), ("zones", str(ZONES))):
        con.execute(f"set variable {name} = ?", [value])
    con.execute("set variable replay_from = ?", [chosen.replay_from])
    con.execute("set variable replay_until = ?", [chosen.replay_until])
    con.execute("set variable customers = ?::bigint", [chosen.customers])
    con.execute(sql("shop"))
    con.execute(f"create or replace table call as {sql('calls')}")


def _export(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> Path:
    form = "csv, header" if path.suffix == ".csv" else "json"
    con.execute(f"copy ({sql(query)}) to '{path}' (format {form})")
    return path


def _export_calls(con: duckdb.DuckDBPyConnection, path: Path) -> Path:
    """Write the calls without the members that a call does not have."""
    with path.open("w", encoding="utf-8") as out:
        for line in _export(con, "replay", path.with_suffix(".all")).read_text(encoding="utf-8").splitlines():
            out.write(json.dumps({name: value for name, value in json.loads(line).items() if value is not None}) + "\n")
    path.with_suffix(".all").unlink()
    return path


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        rows = sum(1 for _ in file)
    return rows - 1 if path.suffix == ".csv" else rows
