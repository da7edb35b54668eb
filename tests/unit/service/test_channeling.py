"""Pausing channels over HTTP, by command and in the record of changes."""

from pathlib import Path

from typer.testing import CliRunner

from sojourn.cli.main import make
from tests.unit.service.access.serving import Served

TWO = """
kind: channel
id: mail
type: email
provider: log
fallbacks: [{name: second, provider: log, settings: {file: second.ndjson}}]
"""


def test_a_channel_is_paused_and_resumed_and_that_is_on_record(tmp_path: Path) -> None:
    with Served.of(tmp_path / "shop", {"channels.yaml": TWO}) as served:
        marketer, viewer = served.begun("ann", "marketer"), served.begun("bob", "viewer")
        assert viewer.post("/api/channels/mail/pause").status_code == 403
        assert marketer.post("/api/channels/mail/pause").json() == {"id": "mail", "paused": True}
        [mail] = viewer.get("/api/channels").json().values()
        assert (mail["paused"], mail["type"]) == (True, "email")
        assert mail["paused_since"] is not None
        assert marketer.post("/api/channels/mail/resume").json() == {"id": "mail", "paused": False}
        assert marketer.post("/api/channels/mial/pause").json()["code"] == "SEND-002"
        entries = served.begun("root", "admin").get("/api/audit").json()["entries"]
        told = [(entry["action"], entry["subject"], entry["caller"]) for entry in entries][:2]
        assert told == [("channel.resume", "channel/mail", "user:ann"), ("channel.pause", "channel/mail", "user:ann")]


def test_a_pause_without_a_server_holds(tmp_path: Path) -> None:
    with Served.of(tmp_path / "shop", {"channels.yaml": TWO}):
        pass
    run = CliRunner()
    for words in (["pause", "mail", "sms"], ["list"]):
        done = run.invoke(make("channels"), ["channels", *words, "--workspace", str(tmp_path / "shop")])
        assert done.exit_code == 0, done.output
    assert done.output.count("paused since") == 2


def test_two_providers_need_two_names(tmp_path: Path) -> None:
    import pytest

    from sojourn.model.errors import DocumentError
    from sojourn.workspace import load_workspace

    (tmp_path / "channels.yaml").write_text(
        TWO.replace("name: second, ", "") + "warm_up: {since: 2026-03-02, daily: [5], over: next}\n"
    )
    with pytest.raises(DocumentError, match="two providers of the channel are called `log`"):
        load_workspace(tmp_path)
    (tmp_path / "channels.yaml").write_text(TWO.replace("second.ndjson", "../x"))
    with pytest.raises(DocumentError, match=r"fallbacks\[0\].settings.file"):
        load_workspace(tmp_path)
