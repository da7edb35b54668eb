"""The key that a workspace signs its web push messages with: made once, and kept."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

NAME = "vapid.pem"


def read_key(pem: str) -> EllipticCurvePrivateKey:
    """Read a P-256 private key.

    Raises
    ------
    ValueError
        It is no PEM of one.
    """
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError) as error:
        raise ValueError("the private key is no PEM without a password") from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("the private key is none of the curve P-256")
    return key


def workspace_key(data_dir: Path) -> EllipticCurvePrivateKey:
    """Return the key in ``DIR/data/vapid.pem``, which is made, for its owner only, if it does not exist.

    Whoever deletes it makes all subscriptions of browsers worthless.
    """
    path = data_dir / NAME
    fresh = path.with_suffix(".new")
    try:
        return read_key(path.read_text())
    except FileNotFoundError:
        pass
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # two that make a key at once end with the same one
    except FileExistsError:
        return read_key(path.read_text())
    finally:
        fresh.unlink(missing_ok=True)
    return read_key(path.read_text())


def public_text(key: EllipticCurvePrivateKey) -> str:
    """Return the public key as browsers want it (``applicationServerKey``): base64url of the uncompressed point."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
