"""Files that are written to take memory or time are refused, or read in small pieces."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sojourn.ingest import bounds
from sojourn.ingest.file_error import FileError
from sojourn.ingest.files import Options, open_source, read_file
from sojourn.ingest.mapping import samples_of
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
