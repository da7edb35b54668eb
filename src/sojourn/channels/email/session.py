"""Mail transactions over an open SMTP connection, one round trip a message where the server allows it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence

import msgspec

from sojourn.channels.email.replies import after_data, after_recipient, after_sender
from sojourn.channels.port import Receipt, Retry, Sent

_MAX_REPLY = 32_768


class SessionError(Exception):
    """The connection broke, or the server does not speak SMTP; it is of no further use."""


class Reply(msgspec.Struct, frozen=True):
    """A reply of the server: its code and its text, lines joined by a space."""

    code: int
    text: str


class Letter(msgspec.Struct, frozen=True):
    """What one transaction hands over; addresses are checked, `content` has CRLF line ends."""

    sender: str
    to: str
    content: bytes

    def opening(self) -> tuple[bytes, bytes, bytes]:
        """Return the three commands before the content."""
        return f"MAIL FROM:<{self.sender}>\r\n".encode(), f"RCPT TO:<{self.to}>\r\n".encode(), b"DATA\r\n"

    def stuffed(self) -> bytes:
        """Return the content as DATA carries it (RFC 5321, section 4.5.2)."""
        stuffed = self.content.replace(b"\r\n.", b"\r\n..")
        return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


class Session(asyncio.Protocol):
    """Takes an open connection over and sends letters.

    Parameters
    ----------
    transport : asyncio.WriteTransport
        Past greeting, TLS and sign-in.
    pipelining : bool
        Whether the server announced PIPELINING: then a letter's content and the next one's commands go in one write.
    timeout_s : float
        For each reply.

    References
    ----------
    RFC 5321; RFC 2920 for pipelining.
    """

    def __init__(self, transport: asyncio.WriteTransport, *, pipelining: bool, timeout_s: float) -> None:
        self._transport = transport
        self._pipelining = pipelining
        self._timeout_s = timeout_s
        self._buffer = b""
        self._lines: list[str] = []
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._broken: str | None = None
        self._opened = False
        self._dirty = False
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether letters can still be sent."""
        return self._broken is None and not self._transport.is_closing()

    def data_received(self, data: bytes) -> None:
        """Read reply lines."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._read_line(line.decode("utf-8", "replace").rstrip("\r"))
        if len(self._buffer) > _MAX_REPLY or len(self._lines) > 500:
            self._break("the server's reply has no end")
        self._notify()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        self._break(f"the connection was lost: {exc}" if exc else "the server closed the connection")

    async def send(self, letters: Sequence[Letter]) -> list[Receipt]:
        """Send letters in order, until the connection breaks.

        Returns
        -------
        list of Receipt
            Of the letters that were begun; the last one is a `Retry` if the connection is of no further use.
        """
        receipts: list[Receipt] = []
        self._opened, self._dirty = False, False
        for letter, following in _with_next(letters):
            receipts.append(await self._transact(letter, following))
            if isinstance(receipts[-1], Retry):
                return receipts
        if self._dirty:
            await self._reset()
        return receipts

    async def is_alive(self) -> bool:
        """Ask whether an idle connection still answers."""
        return self.is_open and await self._reset()

    def close(self) -> None:
        """Say goodbye and close."""
        if self.is_open:
            self._write(b"QUIT\r\n")
        self._transport.close()

    async def _transact(self, letter: Letter, following: Letter | None) -> Receipt:
        """Send one letter, and open the next one with it if the server takes that."""
        handing_over = False
        try:
            opening = await self._open(letter)
            refusal = _refusal(opening)
            if refusal is not None:
                await self._abandon(opening)
                self._dirty = True
                return refusal
            handing_over = True
            self._opened = following is not None and self._pipelining
            self._write(letter.stuffed(), *(following.opening() if following and self._opened else ()))
            final = await self._reply()
        except SessionError as error:
            return Retry(str(error), attempted=handing_over)
        return Sent() if final.code == 250 else after_data(final.code, final.text)

    async def _open(self, letter: Letter) -> list[Reply]:
        """Return the replies to the commands before the content, up to the first refusal without pipelining."""
        if self._opened:
            self._opened = False
            return [await self._reply() for _ in range(3)]
        if self._dirty:
            self._dirty = False
            await self._reset()
        if self._pipelining:
            self._write(*letter.opening())
            return [await self._reply() for _ in range(3)]
        replies: list[Reply] = []
        for command in letter.opening():
            self._write(command)
            replies.append(await self._reply())
            if replies[-1].code >= 400:
                break
        return replies

    def _write(self, *parts: bytes) -> None:
        self._transport.write(b"".join(parts))

    async def _abandon(self, opening: Sequence[Reply]) -> None:
        """End a DATA that the server began although it took no recipient."""
        if len(opening) == 3 and opening[2].code == 354:
            self._write(b".\r\n")
            await self._reply()

    async def _reset(self) -> bool:
        try:
            self._write(b"RSET\r\n")
            return (await self._reply()).code == 250
        except SessionError:
            return False

    async def _reply(self) -> Reply:
        while not self._replies:
            if self._broken is not None:
                raise SessionError(self._broken)
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = loop.call_later(self._timeout_s, self._time_out)
            try:
                await self._waiter
            finally:
                timer.cancel()
        return self._replies.popleft()

    def _time_out(self) -> None:
        self._break(f"the server did not answer within {self._timeout_s:g} s")
        self._transport.abort()

    def _read_line(self, line: str) -> None:
        if not (line[:3].isdigit() and line[3:4] in ("", " ", "-")):
            self._break(f"the server does not speak SMTP: {line[:80]!r}")
            return
        self._lines.append(line[4:])
        if line[3:4] != "-":
            self._replies.append(Reply(int(line[:3]), " ".join(self._lines)))
            self._lines = []

    def _break(self, reason: str) -> None:
        self._broken = self._broken or reason
        self._notify()

    def _notify(self) -> None:
        if self._waiter is not None and not self._waiter.done() and (self._replies or self._broken):
            self._waiter.set_result(None)


def _refusal(opening: Sequence[Reply]) -> Receipt | None:
    sender, *rest = opening
    if sender.code != 250:
        return after_sender(sender.code, sender.text)
    recipient, *begin = rest
    if recipient.code not in (250, 251):
        return after_recipient(recipient.code, recipient.text)
    return None if begin[0].code == 354 else after_data(begin[0].code, begin[0].text)


def _with_next(letters: Sequence[Letter]) -> Iterator[tuple[Letter, Letter | None]]:
    return zip(letters, [*letters[1:], None], strict=True)
