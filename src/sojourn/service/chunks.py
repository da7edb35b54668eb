"""Chunks of an import on their way to the server: Arrow for the rows, msgpack around it."""

from __future__ import annotations

import io

import msgspec
import polars as pl
from polars.exceptions import PanicException

from sojourn.engine.importing import Load
from sojourn.ingest.reject import Reject

SIZE_LIMIT = 256 * 1024 * 1024
"""Bytes of one chunk that the server takes."""


class Wire(msgspec.Struct):
    """A chunk as it is sent; `good` is an Arrow IPC stream."""

    target: str
    fingerprint: str
    good: bytes
    rejects: list[Reject]
    start: int
    position: int
    done: bool


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Wire)


def to_bytes(chunk: Load) -> bytes:
    """Return a chunk as it is sent."""
    buffer = io.BytesIO()
    chunk.good.write_ipc_stream(buffer, compression="lz4")
    return _encoder.encode(
        Wire(
            chunk.target,
            chunk.fingerprint,
            buffer.getvalue(),
            list(chunk.rejects),
            chunk.start,
            chunk.position,
            chunk.done,
        )
    )


def from_bytes(body: bytes) -> Load:
    """Read a chunk.

    Raises
    ------
    ValueError
        It is none.
    """
    try:
        wire = _decoder.decode(body)
        good = pl.read_ipc_stream(io.BytesIO(wire.good))
    except (msgspec.MsgspecError, UnicodeDecodeError, pl.exceptions.PolarsError, PanicException, OSError) as error:
        raise ValueError(f"this is no chunk of an import: {error}") from error
    return Load(wire.target, wire.fingerprint, good, wire.rejects, wire.start, wire.position, wire.done)
