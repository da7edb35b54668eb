"""DKIM signatures over mails that this process has built (CRLF line ends, each header once).

dkimpy signs with RSA in Python, which takes 10 ms and more a mail; OpenSSL does it in one. The tests check with it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import Field

from sojourn.channels.port import Settings
from sojourn.model.external import SecretText
from sojourn.model.secrets import Vault

ONCE_ONLY: Final = (
    "from", "to", "cc", "subject", "date", "message-id", "reply-to", "mime-version", "content-type",
    "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
"""Headers that nobody may add to a signed mail, either: each is signed once more than it is there."""
_SPACES = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")


class Dkim(Settings):
    """A key that mails are signed with."""

    domain: str = Field(pattern=r"^[A-Za-z0-9.-]{1,253}$", description="Domain that signs: that of `from`, for DMARC.")
    selector: str = Field(
        pattern=r"^[A-Za-z0-9._-]{1,63}$", description="Name of the key: its record is `SELECTOR._domainkey.DOMAIN`."
    )
    private_key: SecretText = Field(description="PEM of an RSA key (2048 bits or more) or an Ed25519 key.")


class DkimSigner:
    """Signs mails with one key, relaxed in headers and body.

    Parameters
    ----------
    key : Dkim
        Whose private key is there.
    vault : Vault, optional
        Reveals it.

    Raises
    ------
    ValueError
        The private key is none that DKIM knows.
    SecretMissing
        The variable that has it is not set.

    References
    ----------
    RFC 6376 (DKIM), RFC 8463 (Ed25519), RFC 8058, section 4 (both headers of one-click unsubscribing are covered).
    """

    def __init__(self, key: Dkim, vault: Vault | None = None) -> None:
        try:
            private = load_pem_private_key((vault or Vault()).reveal(key.private_key).encode(), None)
        except (ValueError, TypeError) as error:
            raise ValueError("the private key of DKIM is no PEM without a password") from error
        if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
            raise ValueError("the private key of DKIM is neither RSA nor Ed25519")
        if isinstance(private, RSAPrivateKey) and private.key_size < 2_048:
            raise ValueError("an RSA key of DKIM has 2048 bits or more")
        self._private = private
        algorithm = "rsa-sha256" if isinstance(private, RSAPrivateKey) else "ed25519-sha256"
        self._fixed = f"v=1; a={algorithm}; c=relaxed/relaxed; d={key.domain}; s={key.selector};"

    def header(self, mail: bytes) -> bytes:
        """Return the header ``DKIM-Signature`` to put before a mail."""
        head, _, body = mail.partition(b"\r\n\r\n")
        fields = [_relaxed(line) for line in _FOLD.sub(b"", head).split(b"\r\n")]
        names = [name.decode("ascii") for name, _ in fields]
        signed = [name for name in names if name in ONCE_ONLY]
        digest = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
        unsigned = f"{self._fixed} bh={digest};\r\n\th={':'.join((*signed, *ONCE_ONLY))};\r\n\tb="
        own = _relaxed(b"DKIM-Signature: " + _FOLD.sub(b"", unsigned.encode()))
        covered = [b"%s:%s\r\n" % field for field in fields if field[0].decode("ascii") in ONCE_ONLY]
        signature = base64.b64encode(self._sign(b"".join(covered) + b"%s:%s" % own)).decode()
        folded = "\r\n\t ".join(signature[i : i + 70] for i in range(0, len(signature), 70))
        return f"DKIM-Signature: {unsigned}{folded}\r\n".encode()

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self._private, RSAPrivateKey):
            return self._private.sign(data, PKCS1v15(), SHA256())
        return self._private.sign(hashlib.sha256(data).digest())


def sign(mail: bytes, signers: Sequence[DkimSigner]) -> bytes:
    """Return a mail with a signature of each signer."""
    return b"".join(signer.header(mail) for signer in signers) + mail


def relaxed_body(body: bytes) -> bytes:
    r"""Return a body as ``relaxed`` sees it (RFC 6376, section 3.4.4).

    >>> relaxed_body(b"a  b \r\n\r\n\r\n"), relaxed_body(b"\r\n")
    (b'a b\r\n', b'')
    """
    squeezed = _SPACES.sub(b" ", body + b"\r\n").replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return squeezed + b"\r\n" if squeezed else b""


def _relaxed(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), _SPACES.sub(b" ", value).strip()
