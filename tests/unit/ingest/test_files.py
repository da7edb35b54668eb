"""Files as users have them, to rows and rejects."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from sojourn.ingest.file_error import FileError
from sojourn.ingest.files import Chunk, Events, Options, fingerprint, read_file
from sojourn.ingest.reject import Reject
from sojourn.ingest.reject_file import RejectFile
from sojourn.model.entity import Entity

PROFILE = Entity.model_validate(
    {
        "kind": "entity", "id": "profile",
        "attributes": {
            "city": "string", "birth_year": "integer", "spend": "number", "vip": "boolean", "born": "date",
            "seen_at": "timestamp", "extra": "json", "tags": ["string"],
        },
    }
)  # fmt: skip
BOOKING = Entity.model_validate(
    {"kind": "entity", "id": "booking", "key": "booking_id", "attributes": {"booking_id": "integer", "hotel": "string"}}
)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def read(path: Path, target: Entity | Events = PROFILE, skip_rows: int = 0, **options: object) -> Chunk:
    chunks = list(read_file(path, target, Options(**options), skip_rows))  # type: ignore[arg-type]
    good = pl.concat([chunk.good for chunk in chunks])
    rejects = [reject for chunk in chunks for reject in chunk.rejects]
    return Chunk(chunks[0].first_line, good, rejects, chunks[-1].position)


def codes(chunk: Chunk) -> list[tuple[int, str]]:
    return [(reject.line, reject.code) for reject in chunk.rejects]


FULL_CSV = """profile_id,city,birth_year,spend,vip,born,seen_at,extra,tags
ann,Seoul,1990,1.5,true,1990-02-03,2026-03-01T12:00:00Z,"{""a"":1}","[""x"",""y""]"
ben,,,,,,,,
"""
FULL_NDJSON = """{"userId":"ann","city":"Seoul","birth_year":1990,"spend":1.5,"vip":true,"born":"1990-02-03",\
"seen_at":"2026-03-01T21:00:00+09:00","extra":{"a":1},"tags":["x","y"]}
{"user_id":"ben","city":null}
"""


@pytest.mark.parametrize(("name", "text"), [("p.csv", FULL_CSV), ("p.ndjson", FULL_NDJSON), ("p.parquet", "")])
def test_profiles_have_the_declared_types_in_every_format(tmp_path: Path, name: str, text: str) -> None:
    path = write(tmp_path, name, text)
    expected = pl.DataFrame(
        {
            "profile_id": ["ann", "ben"], "city": ["Seoul", None], "birth_year": [1990, None], "spend": [1.5, None],
            "vip": [True, None], "born": [date(1990, 2, 3), None],
            "seen_at": pl.Series([NOON, None], dtype=pl.Datetime("us", "UTC")), "extra": ['{"a":1}', None],
            "tags": [["x", "y"], None],
        }
    )  # fmt: skip
    if name == "p.parquet":
        expected.write_parquet(path)
    chunk = read(path)
    assert chunk.rejects == []
    assert chunk.good.schema == expected.schema
    assert chunk.good.rows() == expected.rows()


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("birth_year", "19.5", "an integer"), ("birth_year", "0x10", "an integer"),
        ("birth_year", "1_000", "an integer"),
        ("birth_year", "9223372036854775808", "an integer"),
        ("spend", "many", "a number"), ("spend", "nan", "a number"),
        ("spend", "1e999", "a number"), ("vip", "perhaps", "true or false"), ("born", "2026-02-30", "a date"),
        ("born", "2026-02-03 10:00", "a date"), ("seen_at", "2026-03-01 12:00", "an instant"),
        ("seen_at", "infinity", "an instant"), ("seen_at", "12/1/2010 8:26", "an instant"), ("extra", "{a:1}", "JSON"),
        ("tags", "x", "a JSON list"),
    ],
)  # fmt: skip
def test_a_bad_cell_rejects_its_row_and_only_this(tmp_path: Path, column: str, cell: str, expected: str) -> None:
    path = write(tmp_path, "p.csv", f"profile_id,{column}\nann,\nben,{cell}\ncid,\n")
    chunk = read(path)
    assert chunk.good["profile_id"].to_list() == ["ann", "cid"]
    assert codes(chunk) == [(3, "bad_value")]
    assert f"`{column}` must be {expected}" in chunk.rejects[0].reason
    assert f"`{cell}`" in chunk.rejects[0].reason
    assert chunk.rejects[0].item == f"ben,{cell}"


@pytest.mark.parametrize(("cell", "value"), [("5", 5), ("-5", -5), ("5.0", 5), ("9223372036854775807", 2**63 - 1)])
def test_whole_numbers_are_integers(tmp_path: Path, cell: str, value: int) -> None:
    assert read(write(tmp_path, "p.csv", f"profile_id,birth_year\nann,{cell}\n")).good["birth_year"][0] == value


def test_instants_without_a_zone_take_the_one_that_is_given(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", "profile_id,seen_at\nann,2026-03-01 21:00\nben,2026-03-01T12:00:00Z\n")
    assert read(path, timezone="Asia/Seoul").good["seen_at"].to_list() == [NOON, NOON]


def test_bad_lines_of_json_are_rejected_with_their_line(tmp_path: Path) -> None:
    lines = [
        b'{"profile_id":"ann"}', b"", b'{"profile_id":', b"[1]", b'{"profile_id":"\xff"}', b'{"city":"Seoul"}',
        b'{"profile_id":"ben","citty":"x"}', b'{"profile_id":"cid","birth_year":"x"}', b'{"profile_id":"dan"}',
    ]  # fmt: skip
    chunk = read(write(tmp_path, "p.ndjson", b"\n".join(lines)))
    assert chunk.good["profile_id"].to_list() == ["ann", "dan"]
    assert codes(chunk) == [
        (3, "bad_json"), (4, "bad_json"), (5, "bad_json"), (6, "no_profile"), (7, "unknown_field"), (8, "bad_value"),
    ]  # fmt: skip
    assert "citty" in chunk.rejects[4].reason
    assert chunk.rejects[0].item == '{"profile_id":'
    assert chunk.position == 8


def test_ragged_and_unfinished_rows_of_csv_are_rejected(tmp_path: Path) -> None:
    text = (
        'profile_id,city\nann,Seoul\nben\ncid,Rome,extra\n\n"dan","two\nlines"\neva,"x"y\n,Oslo\nfay,Bern\ngus,"open\n'
    )
    chunk = read(write(tmp_path, "p.csv", text))
    assert chunk.good.rows()[0][:2] == ("ann", "Seoul")
    assert chunk.good["profile_id"].to_list() == ["ann", "dan", "fay"]
    assert chunk.good["city"].to_list() == ["Seoul", "two\nlines", "Bern"]
    assert codes(chunk) == [(3, "bad_row"), (4, "bad_row"), (8, "bad_row"), (9, "no_profile"), (11, "bad_row")]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["p.csv", "p.ndjson"])
def test_a_byte_order_mark_is_skipped(tmp_path: Path, name: str, mark: bytes) -> None:
    text = b"profile_id;city\nann;S\xc3\xa3o" if name == "p.csv" else '{"profile_id":"ann","city":"São"}'.encode()
    assert read(write(tmp_path, name, mark + text)).good.rows()[0][:2] == ("ann", "São")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("p.csv", b"profile_id,city\nann,S\xe3o\n", "not utf-8: byte 0xe3"),
        ("p.csv", "profile_id,city\n".encode("utf-16"), "not utf-8"),
        ("p.csv", b"", "no header"),
        ("p.csv", b"profile_id,city,city\n", "`city` is there twice"),
        ("p.csv", b"profile_id,citty\n", "did you mean `city`"),
        ("p.csv", b"name,city\n", "--map name=ATTRIBUTE"),
        ("p.csv", b"city\nSeoul\n", "no column `profile_id`"),
        ("p.ndjson", '{"profile_id":"ann"}'.encode("utf-16"), "UTF-16"),
        ("p.parquet", b"no parquet", "not Parquet"),
        ("p.xlsx", b"", "`.xlsx` is not known"),
    ],
)
def test_a_file_that_cannot_be_imported_says_why(tmp_path: Path, name: str, text: bytes, message: str) -> None:
    with pytest.raises(FileError) as caught:
        read(write(tmp_path, name, text))
    assert message in str(caught.value)
    assert name in str(caught.value)


def test_another_encoding_may_be_named(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", b"profile_id,city\nann,S\xe3o\n")
    assert read(path, encoding="cp1252").good["city"][0] == "São"


def test_columns_are_renamed_and_left_out(tmp_path: Path) -> None:
    renamed = {"CustomerID": "profile_id", "town": "city", "noise": ""}
    csv = write(tmp_path, "p.csv", "CustomerID,town,noise\n17850,Seoul,zzz\n")
    lines = write(tmp_path, "p.ndjson", '{"CustomerID":17850,"town":"Seoul","noise":[1]}\n')
    for path in (csv, lines):
        chunk = read(path, renamed=renamed)
        assert chunk.rejects == []
        assert chunk.good.rows()[0][:2] == ("17850", "Seoul")


def test_rows_of_another_entity_need_its_key(tmp_path: Path) -> None:
    chunk = read(write(tmp_path, "b.csv", "booking_id,hotel\n1,Ritz\n,Adlon\nx,Sacher\n"), BOOKING)
    assert chunk.good.rows() == [(1, "Ritz")]
    assert codes(chunk) == [(3, "no_key"), (4, "bad_value")]


EVENTS = [
    {"type": "track", "userId": "ann", "event": "Order Completed", "properties": {"total": 2.5, "none": None},
     "timestamp": "2026-03-01T12:00:00Z", "messageId": "m-1", "context": {"library": {}}},
    {"userId": "ben", "event": "Order Completed", "total": 3, "timestamp": "2026-03-01T12:00:00Z"},
    {"anonymousId": "x1", "event": "seen", "timestamp": "2026-03-01T12:00:00Z"},
    {"type": "identify", "userId": "ann", "timestamp": "2026-03-01T12:00:00Z"},
    {"event": "seen", "timestamp": "2026-03-01T12:00:00Z"},
    {"userId": "ann", "timestamp": "2026-03-01T12:00:00Z"},
    {"userId": "ann", "event": "seen"},
    {"userId": "ann", "event": "seen", "timestamp": "2026-03-01T12:00:00"},
    {"userId": "ann", "event": "seen", "timestamp": "2026-03-01T12:00:00Z", "properties": [1]},
]  # fmt: skip


def test_events_of_ndjson(tmp_path: Path) -> None:
    chunk = read(write(tmp_path, "e.ndjson", "\n".join(map(json.dumps, EVENTS))), Events())
    assert chunk.good.select("occurred_at", "profile_id", "name", "message_id").rows() == [
        (NOON, "ann", "Order Completed", "m-1"), (NOON, "ben", "Order Completed", None),
        (NOON, "anon:x1", "seen", None),
    ]  # fmt: skip
    data = [json.loads(text) for text in chunk.good["data"]]
    assert data == [{"total": 2.5, "none": None}, {"total": 3}, {}]
    assert codes(chunk) == [
        (4, "unsupported"), (5, "no_profile"), (6, "no_event"), (7, "no_timestamp"), (8, "bad_value"),
        (9, "not_an_object"),
    ]  # fmt: skip


def test_events_of_csv_have_the_other_columns_as_properties(tmp_path: Path) -> None:
    header = "user_id,event,timestamp,total,sku,type"
    rows = "ann,buy,2026-03-01T12:00:00Z,2.50,007,gift\nben,buy,2026-03-01T12:00:00Z,,,"
    path = write(tmp_path, "e.csv", f"{header}\n{rows}\n")
    chunk = read(path, Events({"total": "number", "type": "string"}))
    assert chunk.rejects == []
    assert [json.loads(text) for text in chunk.good["data"]] == [{"total": 2.5, "sku": "007", "type": "gift"}, {}]
    assert chunk.good.columns == ["occurred_at", "profile_id", "name", "message_id", "data"]


def test_events_of_parquet_keep_their_types(tmp_path: Path) -> None:
    path = tmp_path / "e.parquet"
    pl.DataFrame(
        {"Customer ID": [17850, None], "event": ["buy", "buy"], "InvoiceDate": [datetime(2026, 3, 1, 21)] * 2,
         "Quantity": [6, 1], "items": [[{"sku": "A"}], None]}
    ).write_parquet(path)  # fmt: skip
    renamed = {"Customer ID": "profile_id", "InvoiceDate": "timestamp", "Quantity": "quantity"}
    chunk = read(path, Events(), renamed=renamed, timezone="Asia/Seoul")
    assert chunk.good.select("occurred_at", "profile_id").rows() == [(NOON, "17850")]
    assert json.loads(chunk.good["data"][0]) == {"quantity": 6, "items": '[{"sku":"A"}]'}
    assert codes(chunk) == [(2, "no_profile")]
    assert json.loads(chunk.rejects[0].item)["Quantity"] == 1


@pytest.mark.parametrize("name", ["p.csv", "p.ndjson", "p.parquet"])
def test_an_import_goes_on_where_it_stopped(tmp_path: Path, name: str) -> None:
    ids = [f"u{n}" for n in range(25)]
    path = tmp_path / name
    frame = pl.DataFrame({"profile_id": ids, "birth_year": ["x" if n % 10 == 3 else "1990" for n in range(25)]})
    {"p.csv": frame.write_csv, "p.ndjson": frame.write_ndjson, "p.parquet": frame.write_parquet}[name](path)
    options = Options(chunk_rows=4)
    chunks = list(read_file(path, PROFILE, options))
    assert [chunk.position for chunk in chunks] == [4, 8, 12, 16, 20, 24, 25]
    for stopped in (1, 3, 6):
        rest = list(read_file(path, PROFILE, options, chunks[stopped - 1].position))
        assert pl.concat([c.good for c in rest]).equals(pl.concat([c.good for c in chunks[stopped:]]))
        assert [c.rejects for c in rest] == [c.rejects for c in chunks[stopped:]]


def test_a_fingerprint_tells_files_and_their_states_apart(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "profile_id\nann\n")
    before = fingerprint(path)
    assert fingerprint(path) == before
    write(tmp_path, "a.csv", "profile_id\nben\n")
    assert fingerprint(path) != before


def test_rejects_are_kept_beside_the_file(tmp_path: Path) -> None:
    sink = RejectFile(tmp_path / "a.csv")
    sink.put([])
    assert not sink.path.exists()
    sink.put([Reject("a.csv", 3, "bad_value", "why", 'x,"y"')])
    RejectFile(tmp_path / "a.csv", append=True).put([Reject("a.csv", 9, "bad_row", "why", "z")])
    frame = pl.read_csv(sink.path)
    assert sink.path.name == "a.csv.rejects.csv"
    assert frame.rows() == [(3, "bad_value", "why", 'x,"y"'), (9, "bad_row", "why", "z")]
    assert not RejectFile(tmp_path / "a.csv").path.exists()


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_quotes_change_how_csv_is_read_and_not_what_is_read(tmp_path: Path, chunk_rows: int, ending: str) -> None:
    plain = ["profile_id,city", "ann,Seoul", "", "ben", "cid,Rome,extra", "dan,Bern", ",Oslo", "eva,"]
    quoted = [line.replace("Seoul", '"Seoul"').replace("Bern", '"Bern"') for line in plain]
    chunks = [
        read(write(tmp_path, name, ending.join(lines)), chunk_rows=chunk_rows)
        for name, lines in (("plain.csv", plain), ("quoted.csv", quoted))
    ]
    assert chunks[0].good.rows() == chunks[1].good.rows()
    assert chunks[0].good["profile_id"].to_list() == ["ann", "dan", "eva"]
    assert codes(chunks[0]) == codes(chunks[1]) == [(4, "bad_row"), (5, "bad_row"), (7, "no_profile")]


@pytest.mark.parametrize("skip_rows", range(7))
@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
def test_any_number_of_rows_may_be_skipped(tmp_path: Path, skip_rows: int, chunk_rows: int) -> None:
    text = 'profile_id,city\nu0,"two\nlines"\nu1\nu2,"a\n\nb"\nu3,x\nu4,"x"y\nu5,z\nu6,"last\none"'
    path = write(tmp_path, "p.csv", text)
    chunk = read(path, skip_rows=skip_rows, chunk_rows=chunk_rows)
    good = [f"u{n}" for n in (0, 2, 3, 5, 6) if n >= skip_rows]
    assert chunk.good["profile_id"].to_list() == good
    assert len(chunk.rejects) + len(good) == 7 - skip_rows
    assert chunk.position == 7
