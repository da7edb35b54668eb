"""Files of letters are listed and downloaded, and nothing else is."""

from datetime import UTC, datetime
from pathlib import Path

from sojourn.channels.direct_mail.spool import Kept, Spool
from tests.unit.service.access.serving import Served

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
CHANNEL = "kind: channel\nid: post\ntype: direct_mail\nprovider: files\nsettings: {batch: run}\n"
NAME = "post-spring.print-20260302T100000-0001"


def letters(folder: Path) -> None:
    """Leave a file at its place, and a letter that waits for the next one."""
    home = folder / "data" / "direct_mail"
    spool = Spool(home / "post.sqlite")
    spool.put("spring/print", [Kept(1, "ann", {"name": "Ann"}), Kept(2, "bob", {"name": "Bob"})], AT)
    spool.name(1, NAME)
    spool.placed(1)
    spool.put("autumn/print", [Kept(3, "eve", {"name": "Eve"})], AT.replace(hour=11))
    spool.close()
    (home / "files").mkdir()
    (home / "files" / f"{NAME}.csv").write_text("name\nAnn\nBob\n")
    (home / "files" / f"{NAME}.manifest.json").write_text("{}")
    (home / "files" / "other.csv").write_text("not of a batch")


def test_files_are_listed_and_downloaded_by_who_may_see_profiles(tmp_path: Path) -> None:
    with Served.of(tmp_path / "shop", {"post.yaml": CHANNEL}) as served:
        client = served.begun("ann", "technical")
        assert client.get("/api/printed").json() == {"rows": []}
        letters(served.folder)
        client.post("/api/publish", json={"ids": ["welcome"]}).raise_for_status()
        open_, placed = client.get("/api/printed").raise_for_status().json()["rows"]
        assert (open_["of"], open_["state"], open_["letters"], open_["name"]) == ("autumn/print", "open", 1, None)
        assert (placed["of"], placed["letters"]) == ("spring/print", 2)
        assert [file["name"] for file in placed["files"]] == [f"{NAME}.csv", f"{NAME}.manifest.json"]
        answer = client.get(f"/api/printed/post/{NAME}.csv").raise_for_status()
        assert answer.text == "name\nAnn\nBob\n"
        assert "attachment" in answer.headers["content-disposition"]
        for path in ("post/other.csv", "post/..%2Fpost.sqlite", f"mail/{NAME}.csv", f"post/{NAME}"):
            assert client.get(f"/api/printed/{path}").status_code == 404, path
        records = [entry["action"] for entry in served.runtime.audit.entries()]
        assert records.count("letters.download") == 1
        assert client.get("/api/printed", params={"limit": 501}).status_code == 422
        viewer = served.begun("vic", "viewer")
        assert viewer.get(f"/api/printed/post/{NAME}.csv").status_code == 403
