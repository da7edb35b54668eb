"""Files of letters: what they say, that they appear once and complete, in a folder and at a real SFTP server."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import re
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from msgspec.structs import replace

from sojourn.channels.direct_mail.files import FilesProvider
from sojourn.channels.direct_mail.forgetting import erase_letters
from sojourn.channels.direct_mail.layout import pdf, table
from sojourn.channels.direct_mail.places import Folder
from sojourn.channels.direct_mail.settings import FilesSettings
from sojourn.channels.port import Outgoing, Retry, Sent, Surroundings
from sojourn.channels.registry import check_channel
from sojourn.engine.web import opener
from sojourn.sources.addresses import AddressRules

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


class Office:
    """A channel of letters, on a clock of its own."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder, self.now = folder, AT
        self.settings = FilesSettings.model_validate({"settle": "1m", **settings})

    @asynccontextmanager
    async def provider(self) -> AsyncIterator[FilesProvider]:
        rules = AddressRules(())
        around = Surroundings(self.folder, "direct_mail", "post", opener(lambda: rules), lambda: self.now)
        provider = FilesProvider(self.settings, around)
        try:
            yield provider
        finally:
            await provider.close()

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted((self.folder / "direct_mail" / "files").glob("*"))}


FORMATS: list[dict[str, Any]] = [
    {"format": "csv"},
    {"format": "csv", "encoding": "utf-16", "header": False, "delimiter": ";"},
    {"format": "fixed", "encoding": "cp949", "columns": [{"name": "body", "width": 40}]},
    {"format": "pdf"},
]  # fmt: skip


def letter(no: int, of: str = "spring/print", **columns: str) -> Outgoing:
    return Outgoing(no, f"{no}.k", f"p{no}", of, None, {"columns": {"name": f"N{no}", **columns}}, AT)


def test_a_run_becomes_one_file_with_seeds_and_a_manifest(tmp_path: Path) -> None:
    office = Office(tmp_path, seeds=[{"name": "Office", "street": "Here 1"}])

    async def script() -> None:
        async with office.provider() as provider:
            sent = [letter(1, street='A "1"'), letter(2, street="B\n2"), letter(3, of="other/print")]
            assert await provider.send(sent) == [Sent(), Sent(), Sent()]
            await provider.look()
            assert office.files() == {}
            office.now += timedelta(minutes=1)
            await provider.look()

    asyncio.run(script())
    files = office.files()
    name = "post-spring.print-20260302T100000-0001"
    assert [name for name in files if "other" not in name] == [f"{name}.csv", f"{name}.manifest.json"]
    rows = list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode(), newline="")))
    told = [("N1", 'A "1"'), ("N2", "B\n2"), ("Office", "Here 1")]
    assert [(row["name"], row["street"]) for row in rows] == told
    manifest = json.loads(files[f"{name}.manifest.json"])
    assert (manifest["letters"], manifest["seeds"], manifest["of"]) == (2, 1, "spring/print")
    assert manifest["sha256"] == hashlib.sha256(files[f"{name}.csv"]).hexdigest()


def test_fixed_width_and_korean(tmp_path: Path) -> None:
    columns = [{"name": "name", "width": 6}, {"name": "row", "width": 4, "align": "right"}]
    office = Office(tmp_path, format="fixed", columns=columns, encoding="cp949")

    async def script() -> list[object]:
        async with office.provider() as provider:
            receipts = await provider.send(
                [letter(1, name="김철수", row="7"), letter(2, name="é"), letter(3, name="1234567")]
            )
            office.now += timedelta(minutes=1)
            await provider.look()
        return list(receipts)

    receipts = asyncio.run(script())
    assert [type(receipt).__name__ for receipt in receipts] == ["Sent", "Failed", "Failed"]
    [content] = [content for name, content in office.files().items() if name.endswith(".txt")]
    assert content.decode("cp949") == "김철수   " + "   7\r\n"


def test_a_pdf_has_a_page_for_each_letter() -> None:
    letters = [{"address": "Ann\nHere 1", "title": "Hello", "body": "Text"}, {"address": "Bob", "body": "x"}]
    settings = FilesSettings(format="pdf")
    content = pdf(letters, settings, AT).content
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 2
    assert content == pdf(letters, settings, AT).content


def test_a_file_of_a_day_is_closed_at_its_time(tmp_path: Path) -> None:
    office = Office(tmp_path, batch="day", closes="18:00")

    async def script() -> None:
        async with office.provider() as provider:
            await provider.send([letter(1), letter(2, of="other/print")])
            office.now = AT + timedelta(hours=7, minutes=59)
            await provider.look()
            assert office.files() == {}
            office.now = AT + timedelta(hours=8)
            await provider.look()
            await provider.send([letter(3)])
            await provider.look()

    asyncio.run(script())
    assert [name for name in office.files() if name.endswith(".csv")] == ["post-20260302T100000-0001.csv"]


@pytest.mark.parametrize("settings", FORMATS, ids=lambda settings: "-".join(map(str, settings.values())))
def test_who_is_erased_is_in_no_file(settings: dict[str, Any], tmp_path: Path) -> None:
    office = Office(tmp_path, seeds=[{"body": "ours"}], **settings)
    letters = [
        letter(1, body="first"), letter(2, body="sécond p2\nof two lines"), letter(3, body="third"),
        letter(4, body="not yet printed", of="later/print"), letter(5, body="me neither", of="later/print"),
    ]  # fmt: skip
    columns = [replace(one, fields={"columns": {"body": one.fields["columns"]["body"]}}) for one in letters]

    async def script() -> None:
        async with office.provider() as provider:
            await provider.send(columns[:3])
            office.now += timedelta(minutes=1)
            await provider.look()
            await provider.send(columns[3:])
            for erased in (["p2", "p4"], ["p2", "p4"], ["p1"]):
                erase_letters(tmp_path, erased, [])
            office.now += timedelta(minutes=1)
            await provider.look()

    asyncio.run(script())
    files = office.files()
    later, printed = sorted(name for name in files if "manifest" not in name)
    encoding = settings.get("encoding", "utf-8")
    assert in_order(said(files[printed]), ["third", "ours"], encoding)
    assert in_order(said(files[later]), ["me neither", "ours"], encoding)
    for word in ("first", "cond", "two lines", "not yet"):
        assert word.encode(encoding)[-len(word) :] not in b"".join(map(said, files.values())), word
    manifest = json.loads(files[Path(printed).stem + ".manifest.json"])
    assert (manifest["letters"], manifest["seeds"]) == (1, 1)
    assert manifest["sha256"] == hashlib.sha256(files[printed]).hexdigest()
    told = (tmp_path / "direct_mail" / "post.sqlite").read_bytes()
    assert b"p2" not in told and b"p3" in told, "whose a letter is stands there as long as it can be erased"


def test_a_file_that_was_taken_away_or_changed_is_left_alone(tmp_path: Path) -> None:
    office = Office(tmp_path)

    async def script() -> None:
        async with office.provider() as provider:
            await provider.send([letter(1), letter(2)])
            office.now += timedelta(minutes=1)
            await provider.look()

    asyncio.run(script())
    [path] = (tmp_path / "direct_mail" / "files").glob("*.csv")
    path.write_text("somebody else's")
    erase_letters(tmp_path, ["p1"], [])
    assert path.read_text() == "somebody else's"
    path.unlink()
    erase_letters(tmp_path, ["p2"], [])
    assert not path.exists()


def said(content: bytes) -> bytes:
    """Return a file with the pages of a PDF unpacked."""
    pages = re.findall(rb"/Filter /FlateDecode\n/Length \d+\n>>\nstream\n(.*?)\nendstream", content, flags=re.DOTALL)
    return content + b"".join(zlib.decompress(page) for page in pages)


def in_order(content: bytes, words: list[str], encoding: str) -> bool:
    places = [content.find(word.encode(encoding)[-len(word) :]) for word in words]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize("point", ["lay", "mark", "settle", "placed"])
def test_a_file_is_there_once_wherever_the_process_dies(
    point: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    office = Office(tmp_path)
    moved: list[str] = []

    class Died(Exception):
        pass

    async def dying() -> None:
        async with office.provider() as provider:
            await provider.send([letter(1), letter(2)])
            office.now += timedelta(minutes=1)
            with monkeypatch.context() as patch:
                _die_at(patch, point, Died)
                with pytest.raises(Died):
                    await provider.look()
            for path in (tmp_path / "direct_mail" / "files").glob("*"):
                if not path.name.endswith(".part"):  # whoever prints takes it away at once
                    moved.append(path.name)
                    path.unlink()

    async def again() -> None:
        async with office.provider() as provider:
            assert await provider.send([letter(1), letter(2)]) == [Sent(), Sent()]
            await provider.look()
            office.now += timedelta(minutes=5)
            await provider.look()

    asyncio.run(dying())
    asyncio.run(again())
    found = sorted([*moved, *office.files()])
    assert [name.rpartition("0001")[2] for name in found] == [".csv", ".manifest.json"]


def _die_at(patch: pytest.MonkeyPatch, point: str, died: type[Exception]) -> None:
    from sojourn.channels.direct_mail.spool import Spool

    settle = Folder.settle

    async def die_laying(self: Folder, name: str, content: bytes) -> None:
        raise died

    async def die_settling(self: Folder, name: str) -> None:
        if name.endswith(".json"):
            raise died
        await settle(self, name)

    def die_marking(self: Spool, *_: Any) -> None:
        raise died

    if point == "lay":
        patch.setattr(Folder, "lay", die_laying)
    elif point == "settle":
        patch.setattr(Folder, "settle", die_settling)
    else:
        patch.setattr(Spool, "placed" if point == "placed" else "ready", die_marking)


@asynccontextmanager
async def sftp(root: Path) -> AsyncIterator[dict[str, Any]]:
    """A real SFTP server; give the settings that reach it."""
    host, user = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    root.mkdir()
    allowed = asyncssh.import_authorized_keys(user.export_public_key().decode())
    server = await asyncssh.listen(
        "127.0.0.1", 0, server_host_keys=[host], authorized_client_keys=allowed,
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root).encode()),
    )  # fmt: skip
    try:
        yield {
            "host": "127.0.0.1", "port": server.get_port(), "username": "post", "folder": "/",
            "private_key": user.export_private_key().decode(), "host_key": host.export_public_key().decode().strip(),
        }  # fmt: skip
    finally:
        server.close()
        await server.wait_closed()


def test_files_arrive_at_an_sftp_server(tmp_path: Path) -> None:
    async def script() -> None:
        async with sftp(tmp_path / "root") as reached:
            office = Office(tmp_path, sftp=reached)
            async with office.provider() as provider:
                await provider.send([letter(1), letter(2)])
                office.now += timedelta(minutes=1)
                await provider.look()

    asyncio.run(script())
    found = sorted(path.name.rpartition("0001")[2] for path in (tmp_path / "root").iterdir())
    assert found == [".csv", ".manifest.json"]


def test_a_server_with_another_key_gets_nothing_and_letters_wait(tmp_path: Path) -> None:
    async def script() -> None:
        async with sftp(tmp_path / "root") as reached:
            other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
            office = Office(tmp_path, sftp={**reached, "host_key": other})
            async with office.provider() as provider:
                await provider.send([letter(1)])
                office.now += timedelta(minutes=1)
                await provider.look()
                [receipt] = await provider.send([letter(2)])
                assert isinstance(receipt, Retry)
                assert "PRIVATE KEY" not in receipt.reason
            right = Office(tmp_path, sftp=reached)
            right.now = office.now
            async with right.provider() as provider:
                await provider.look()

    asyncio.run(script())
    assert len(list((tmp_path / "root").iterdir())) == 2


def test_settings_that_do_not_fit_are_told() -> None:
    def told(**settings: Any) -> str:
        return " ".join(problem.message for problem in check_channel("direct_mail", "files", settings))

    assert "needs `columns`" in told(format="fixed", columns=[{"name": "a"}])
    assert "no encoding" in told(encoding="utf-99")
    assert "has no `..`" in told(folder="a/../../b")
    assert "one of `password` and `private_key`" in told(
        sftp={"host": "h", "username": "u", "host_key": "ssh-ed25519 AAAAAAAAAAAA"}
    )


def test_a_cell_is_no_formula_unless_a_machine_reads_it() -> None:
    letters = [{"name": "=HYPERLINK(1)", "phone": "+82 10-1234-5678", "note": "-3"}]
    by_people = table(letters, FilesSettings()).content.decode().splitlines()[1]
    by_machine = table(letters, FilesSettings(escape_formulas=False)).content.decode().splitlines()[1]
    assert by_people == "'=HYPERLINK(1),+82 10-1234-5678,-3"
    assert by_machine == "=HYPERLINK(1),+82 10-1234-5678,-3"
