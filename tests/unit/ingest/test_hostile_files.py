"""Files that are written to take memory or time are refused, or read in small pieces."""

from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sojourn.ingest import bounds, parquet_file, parquet_pages
from sojourn.ingest.file_error import FileError
from sojourn.ingest.files import Options, open_source, read_file
from sojourn.ingest.mapping import samples_of
from sojourn.ingest.reject import Reject
from sojourn.ingest.reject_file import RejectFile
from sojourn.model.entity import Entity

PROFILE = Entity.model_validate(
    {"kind": "entity", "id": "profile", "attributes": {"email": "string", "age": "integer"}}
)


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content)
    return path


def test_a_small_file_of_large_rows_is_read_in_small_pieces(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 5_000, pa.int32()), pa.array(["x" * 100_000]))
    pq.write_table(pa.table({"profile_id": column.cast(pa.string())}), path, compression="zstd")
    assert path.stat().st_size < 10_000
    first = next(open_source(path, Options()).chunks(0, 50_000))
    assert first.frame["profile_id"].str.len_bytes().sum() < 2 * bounds.CHUNK_SIZE


@pytest.mark.parametrize("name", ["rows.parquet", "rows.csv", "rows.ndjson"])
def test_pieces_have_all_rows_and_go_on_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(bounds, "CHUNK_SIZE", 2_000)
    ids = [f"p{n}" for n in range(1_200)]
    path = tmp_path / name
    if name.endswith("parquet"):
        pq.write_table(pa.table({"profile_id": ids}), path)
    elif name.endswith("csv"):
        path.write_text("profile_id,email\n" + "".join(f'{id},"{id}, x"\n' for id in ids))
    else:
        path.write_text("".join(f'{{"profile_id": "{id}"}}\n' for id in ids))
    chunks = list(read_file(path, PROFILE))
    assert len(chunks) > 1 and chunks[-1].position == 1_200
    assert [id for chunk in chunks for id in chunk.good["profile_id"]] == ids
    rest = read_file(path, PROFILE, skip_rows=chunks[0].position + 3)
    assert [id for chunk in rest for id in chunk.good["profile_id"]] == ids[chunks[0].position + 3 :]


@pytest.mark.parametrize(
    "text", ["x" * 5_000, '"' + "x" * 5_000, 'a,"\n' + "x" * 5_000], ids=["plain", "quoted", "open"]
)
def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(bounds, "LINE_SIZE", 1_000)
    with pytest.raises(FileError, match="longer than 1000"):
        list(read_file(written(tmp_path, "long.csv", "profile_id,email\n" + text), PROFILE))


def test_a_file_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    header = ",".join(f"c{n}" for n in range(6_000))
    with pytest.raises(FileError, match="6,000 columns"):
        open_source(written(tmp_path, "wide.csv", f"{header}\n"), Options())
    names = ",".join(f'"c{n}": 1' for n in range(6_000))
    found = samples_of(open_source(written(tmp_path, "wide.ndjson", f"{{{names}}}\n"), Options()))
    assert len(found) == bounds.MOST_COLUMNS


def test_a_number_that_is_none_does_not_keep_the_others_from_being_looked_at(tmp_path: Path) -> None:
    lines = '{"age": ' + "9" * 5_000 + '}\n{"profile_id": "ann", "age": 7}\n'
    assert samples_of(open_source(written(tmp_path, "n.ndjson", lines), Options()))["age"] == [7]


def test_a_page_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_pages, "MOST_PAGE", 1_000_000)
    path = tmp_path / "bomb.parquet"
    pq.write_table(
        pa.table({"profile_id": ["x" * 2_000_000]}), path, compression="zstd", dictionary_pagesize_limit=1 << 23
    )
    assert path.stat().st_size < 10_000
    with pytest.raises(FileError, match="a page unpacks to 2,0"):
        open_source(path, Options())


def test_large_dictionaries_are_read_in_fewer_rows_and_too_large_ones_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "BATCH_SIZE", 1_000_000)
    monkeypatch.setattr(bounds, "CHUNK_SIZE", 100)
    path = tmp_path / "wide.parquet"
    pq.write_table(pa.table({f"c{n}": [str(n) * 50_000] * 40 for n in range(4)}), path, row_group_size=20)
    heights = [chunk.frame.height for chunk in open_source(path, Options()).chunks(0, 50_000)]
    assert (sum(heights), max(heights)) == (40, 4)
    monkeypatch.setattr(parquet_pages, "MOST_DICTIONARIES", 150_000)
    with pytest.raises(FileError, match="its dictionaries have 200,0"):
        open_source(path, Options())


@pytest.mark.parametrize("version", ["1.0", "2.0"], ids=["pages-1", "pages-2"])
def test_pages_of_all_writers_are_understood(tmp_path: Path, version: str) -> None:
    frame = pl.DataFrame(
        {"profile_id": [f"p{n}" for n in range(30_000)], "tags": [["a", "b"]] * 30_000, "n": range(30_000)}
    )
    paths = [tmp_path / f"{writer}.parquet" for writer in ("arrow", "polars", "duckdb")]
    pq.write_table(
        frame.to_arrow(), paths[0], data_page_version=version, data_page_size=5_000, write_page_checksum=True,
        write_statistics=True, compression="gzip",
    )  # fmt: skip
    frame.write_parquet(paths[1])
    duckdb.from_arrow(frame.to_arrow()).write_parquet(str(paths[2]))
    for path in paths:
        rows = pl.concat([chunk.frame for chunk in open_source(path, Options()).chunks(0, 50_000)])
        assert rows.select("profile_id", "tags", "n").equals(frame), path.name


@pytest.mark.parametrize("garbage", [b"\xff" * 40, b"\x00" * 40, b"\x19" * 40, b"\x15\x03\x15\x01" * 10])
def test_a_page_without_a_header_is_refused(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "broken.parquet"
    pq.write_table(pa.table({"profile_id": [f"p{n}" for n in range(100)]}), path)
    content = path.read_bytes()
    path.write_bytes(content[:4] + garbage + content[44:])
    with pytest.raises(FileError):
        open_source(path, Options())


def test_a_cell_of_rejects_is_no_formula(tmp_path: Path) -> None:
    rejects = RejectFile(tmp_path / "people.csv")
    rejects.put([Reject("people.csv", 2, "IMPORT-001", "no", "=cmd|' /c calc'!a0,x")])
    assert rejects.path.read_text().splitlines()[1] == "2,IMPORT-001,no,\"'=cmd|' /c calc'!a0,x\""
