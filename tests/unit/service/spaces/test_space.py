"""Which workspaces a command line names, and what each of them may read."""

from pathlib import Path

import pytest

from sojourn.service.spaces.space import BadSpaces, read_spaces

ENVIRONMENT = {"SMTP_PASSWORD": "of all", "EU_SHOP__SMTP_PASSWORD": "of eu", "US__TOKEN": "of us", "HOME": "/root"}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("shop", "other/shop", "eu-shop", "My Shop", "a=b"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_one_workspace_is_at_the_root_and_reads_all_variables(folders: Path) -> None:
    [space] = read_spaces(["My Shop"], ENVIRONMENT)
    assert (space.name, space.door.mount, space.door.cookie) == ("My Shop", "", "sojourn_session")
    assert space.environment is ENVIRONMENT


def test_the_first_stays_at_the_root_and_others_have_a_path_and_variables_of_their_own(folders: Path) -> None:
    first, eu, us = read_spaces(["My Shop", "eu-shop", f"us={folders / 'shop'}"], ENVIRONMENT)
    assert [space.door.mount for space in (first, eu, us)] == ["", "/w/eu-shop", "/w/us"]
    assert len({space.door.cookie for space in (first, eu, us)}) == 3
    assert first.environment == {"SMTP_PASSWORD": "of all", "HOME": "/root"}
    assert eu.environment == {"SMTP_PASSWORD": "of eu"}
    assert us.environment == {"TOKEN": "of us"}


def test_a_folder_whose_name_has_an_equals_sign_is_a_folder(folders: Path) -> None:
    assert read_spaces(["a=b"], {})[0].directory == Path("a=b")
    assert read_spaces(["./a=b"], {})[0].name == "a=b"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        pytest.param(["shop", "other/shop"], "two workspaces are called `shop`", id="same-name"),
        pytest.param(["shop", "eu=other/../shop"], "is named twice", id="same-folder"),
        pytest.param(["shop", "My Shop"], "cannot be part of an address", id="no-address"),
        pytest.param(["shop", "eu_shop=eu-shop"], "cannot be part of an address", id="underscore"),
        pytest.param(["shop", "eu--shop=eu-shop"], "cannot be part of an address", id="two-hyphens"),
        pytest.param(["shop", f"{'x' * 41}=eu-shop"], "cannot be part of an address", id="long"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(folders: Path, wanted: list[str], told: str) -> None:
    with pytest.raises(BadSpaces, match=told) as raised:
        read_spaces(wanted, {})
    assert raised.value.hint
