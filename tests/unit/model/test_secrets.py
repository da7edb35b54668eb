"""Where the text of a secret comes from."""

import pytest
from pydantic import TypeAdapter, ValidationError

from sojourn.model.external import Secret, SecretText
from sojourn.model.sealing import Sealer
from sojourn.model.secrets import SecretMissing, Vault

SEALER = Sealer(b"the secret of this test")
read = TypeAdapter[Secret](SecretText).validate_python


def test_a_secret_is_read_from_where_the_document_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "from outside")
    assert Vault(SEALER).reveal(read("as it is")) == "as it is"
    assert Vault(SEALER).reveal(read({"env": "SHOP_TOKEN"})) == "from outside"
    assert Vault(SEALER).reveal(read({"sealed": SEALER.seal("비밀 🔑")})) == "비밀 🔑"


def test_what_cannot_be_read_is_an_error_without_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_TOKEN", raising=False)
    sealed = SEALER.seal("my token")
    altered = sealed[:-2] + ("A" if sealed[-2] != "A" else "B") + sealed[-1]
    foreign = Sealer(b"a secret of somebody else").seal("my token")
    for given in ({"env": "SHOP_TOKEN"}, {"sealed": altered}, {"sealed": foreign}):
        with pytest.raises(SecretMissing, match=r"not set|another workspace") as raised:
            Vault(SEALER).reveal(read(given))
        assert "my token" not in str(raised.value)


def test_a_vault_knows_the_secrets_of_one_workspace_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "of the process")
    other = Vault(Sealer(b"a secret of somebody else"), {"SHOP_TOKEN": "its own"})
    assert other.reveal(read({"env": "SHOP_TOKEN"})) == "its own"
    with pytest.raises(SecretMissing, match="not set"):
        other.reveal(read({"env": "PATH"}))
    with pytest.raises(SecretMissing, match="another workspace"):
        other.reveal(read({"sealed": SEALER.seal("my token")}))


@pytest.mark.parametrize("given", [{}, {"env": "A", "value": "b"}, {"sealed": "my token"}, {"sealed": "s1.zz.AAAA"}])
def test_other_forms_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        read(given)
