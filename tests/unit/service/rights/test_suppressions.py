"""The suppression list: what is taken, what is refused and why, and what comes out again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sojourn.service.rights.suppressions import BadAddress, NoTable, Suppressions
from sojourn.service.runtime import Runtime
from tests.unit.service.access.serving import Served

LIST = """Email,Channel,Reason
ann@example.com,,bounced
ANN@example.com,email,
"not an address",,
+821012345678,sms,complained
+8210,sms,
bob@example.com,pigeon,

cat@example.com,email,nonsense
"""


@pytest.fixture
def list_(tmp_path: Path) -> Iterator[Suppressions]:
    runtime = Runtime(tmp_path)
    runtime.open()
    yield Suppressions(runtime)
    runtime.close()


def rows(found: Suppressions, search: str = "", channel: str | None = None) -> list[tuple[str, str, str]]:
    page = found.page(search, channel, 0, 100)
    return [(row["channel"], row["address"], row["reason"]) for row in page["rows"]]


def test_bad_rows_are_told_and_the_rest_taken(list_: Suppressions) -> None:
    told = list_.take(LIST.splitlines(keepends=True))
    assert (told.taken, told.known) == (3, 1)
    assert [(row.line, row.code) for row in told.rejected] == [
        (4, "bad_address"), (6, "bad_address"), (7, "no_channel"),
    ]  # fmt: skip
    assert sorted(rows(list_)) == [
        ("email", "ann@example.com", "bounced"), ("email", "cat@example.com", "imported"),
        ("sms", "+821012345678", "complained"),
    ]  # fmt: skip
    again = list_.take(LIST.splitlines(keepends=True))
    assert (again.taken, again.known) == (0, 4)


def test_what_goes_out_comes_in_again(list_: Suppressions, tmp_path: Path) -> None:
    list_.take(LIST.splitlines(keepends=True))
    text = "".join(list_.text())
    before = rows(list_)
    for channel, address, _ in before:
        assert list_.remove(channel, address.upper())
    assert rows(list_) == [] and not list_.remove("email", "ann@example.com")
    assert list_.take(text.splitlines(keepends=True)).taken == len(before)
    assert rows(list_) == before


def test_an_address_that_is_a_formula_is_a_text(list_: Suppressions) -> None:
    formula, phone = "=1+1@x.example", "+821012345678"
    assert list_.add("email", formula) and list_.add("sms", phone)
    careful, raw = "".join(list_.text()), "".join(list_.text(raw=True))
    assert f"email,'{formula}," in careful and f"email,{formula}," in raw
    assert f"sms,{phone}," in careful, "a number runs nothing, and is read by others, too"
    for text in (careful, raw):
        assert list_.remove("email", formula)
        assert list_.take(text.splitlines(keepends=True)).taken == 1
        assert rows(list_, formula) == [("email", formula, "by_hand")]


def test_one_address_is_added_found_and_removed(list_: Suppressions) -> None:
    assert list_.add("email", "Ann@Example.com") and not list_.add("email", "ann@example.com")
    assert rows(list_, "ANN") == [("email", "Ann@Example.com", "by_hand")]
    assert rows(list_, channel="sms") == [] and rows(list_, "bob") == []
    for channel, address in (("email", "x"), ("email", ""), ("pigeon", "a@b.example"), ("webhook", "a\nb")):
        with pytest.raises(BadAddress):
            list_.add(channel, address)


@pytest.mark.parametrize("text", ["", "name\nann\n", 'email\n"ann@example.com\n'])
def test_what_is_no_list_is_refused(list_: Suppressions, text: str) -> None:
    with pytest.raises(NoTable):
        list_.take(text.splitlines(keepends=True))


def test_the_list_over_http(tmp_path: Path) -> None:
    with Served.of(tmp_path / "shop") as served:
        admin = served.local()
        told = admin.post("/api/suppressions/import", content="address\na@x.example\nnonsense\n").json()
        assert (told["taken"], [row["line"] for row in told["rejected"]]) == (1, [3])
        assert admin.post("/api/suppressions", json={"address": "b@x.example"}).json() == {"changed": True}
        first = admin.get("/api/suppressions", params={"limit": 1}).json()
        assert ([row["address"] for row in first["rows"]], first["of"]) == (["a@x.example"], 2)
        second = admin.get("/api/suppressions", params={"limit": 1, "after": first["next"]}).json()
        assert ([row["address"] for row in second["rows"]], second["next"]) == (["b@x.example"], None)
        assert "email,a@x.example,imported," in admin.get("/api/suppressions/export").text
        assert admin.post("/api/suppressions/remove", json={"address": "a@x.example"}).json() == {"changed": True}
        bad = admin.post("/api/suppressions", json={"address": "nonsense"})
        assert (bad.status_code, bad.json()["code"]) == (422, "SUPPRESS-001")
        entries = admin.get("/api/audit").json()["entries"]
        assert [entry["action"] for entry in entries[:3]] == [
            "suppression.remove", "suppression.add", "suppression.import",
        ]  # fmt: skip
        assert "b@x.example" not in str(entries), "an address that is erased must not stand in what cannot be changed"
