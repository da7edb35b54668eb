"""Letters as the bytes of a file: CSV, fixed width, PDF."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from sojourn.channels.direct_mail.settings import Column, FilesSettings
from sojourn.model.spreadsheet import harmless

Letter = Mapping[str, str]
PDF_PARTS: Final = ("address", "title", "body")
"""Columns that a PDF letter has: the address in the window of its envelope (DIN 5008), a title, the text."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A file of letters, and where each is.

    Attributes
    ----------
    content : bytes
        The file.
    head : int
        Bytes before the first letter.
    sizes : sequence of int
        Bytes of each letter, one behind the other; in a PDF its pages.
    """

    content: bytes
    head: int
    sizes: Sequence[int]


class Misfit(ValueError):
    """A letter that the file cannot have."""


def check(letter: Letter, settings: FilesSettings) -> None:
    """Check one letter.

    Raises
    ------
    Misfit
        It has a column too many, a text that is too long, or letters that the encoding or the font does not have.
    """
    if settings.format == "pdf":
        _check_names(letter, list(PDF_PARTS))
        pdf([letter], settings, datetime.fromtimestamp(0))
        return
    if settings.columns is not None:
        _check_names(letter, [column.name for column in settings.columns])
    for name, text in letter.items():
        try:
            text.encode(settings.encoding)
        except UnicodeEncodeError as error:
            raise Misfit(f"`{name}` has letters that {settings.encoding} does not have") from error
    if settings.format == "fixed":
        fixed([letter], settings)


def _check_names(letter: Letter, known: Sequence[str]) -> None:
    extra = [name for name in letter if name not in known]
    if extra:
        raise Misfit(f"the file has no column `{extra[0]}`; it has {', '.join(known)}")


def written(letters: Sequence[Letter], settings: FilesSettings, at: datetime) -> Printed:
    """Return the file, the same for the same letters and instant."""
    if settings.format == "pdf":
        return pdf(letters, settings, at)
    return fixed(letters, settings) if settings.format == "fixed" else table(letters, settings)


def table(letters: Sequence[Letter], settings: FilesSettings) -> Printed:
    """Return a CSV file (RFC 4180), with the columns of the settings or those that letters have."""
    names = [column.name for column in settings.columns or []] or list(dict.fromkeys(n for one in letters for n in one))
    rows = [[letter.get(name, "") for name in names] for letter in letters]
    if settings.escape_formulas:
        rows = [[harmless(text) for text in row] for row in rows]
    return _joined([names] if settings.header else [], rows, settings)


def _joined(head: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], settings: FilesSettings) -> Printed:
    def line(row: Sequence[str]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=settings.delimiter, lineterminator="\r\n").writerow(row)
        return text.getvalue()

    return _encoded("".join(map(line, head)), [line(row) for row in rows], settings.encoding)


def fixed(letters: Sequence[Letter], settings: FilesSettings) -> Printed:
    """Return a file of fixed width, a letter a line."""
    columns = settings.columns or []
    lines = ("".join(_cell(letter.get(column.name, ""), column) for column in columns) for letter in letters)
    return _encoded("", [f"{line}\r\n" for line in lines], settings.encoding)


def _encoded(head: str, lines: Sequence[str], encoding: str) -> Printed:
    encode = codecs.getincrementalencoder(encoding)().encode  # so that a byte order mark stands once
    first = encode(head)
    rows = [encode(line) for line in lines]
    return Printed(b"".join([first, *rows]), len(first), [len(row) for row in rows])


def _cell(text: str, column: Column) -> str:
    width = column.width or 0
    if len(text) > width:
        raise Misfit(f"`{column.name}` has {len(text)} characters; its column has {width}")
    if any(ord(letter) < 32 for letter in text):
        raise Misfit(f"`{column.name}` has a line break or another control character")
    return text.ljust(width) if column.align == "left" else text.rjust(width)


def pdf(letters: Sequence[Letter], settings: FilesSettings, at: datetime) -> Printed:
    """Return a PDF, a letter on pages of its own, A4."""
    # Here, as every start of a server would wait for it.
    from fpdf import FPDF
    from fpdf.errors import FPDFException, FPDFUnicodeEncodingException

    document = FPDF(format="A4")
    document.set_creation_date(at)
    document.set_margins(25, 20, 20)
    document.set_auto_page_break(True, margin=20)
    family, pages = "helvetica", [0]
    try:
        if settings.font is not None:
            family = "letter"
            document.add_font(family, fname=settings.font)
        for letter in letters:
            document.add_page()
            document.set_font(family, size=11)
            document.set_xy(25, 50)
            document.multi_cell(80, 5.5, letter.get("address", ""), align="L")
            document.set_xy(25, 100)
            document.set_font(family, size=13)
            document.multi_cell(0, 7, letter.get("title", ""), align="L", new_x="LMARGIN", new_y="NEXT")
            document.set_font(family, size=11)
            document.ln(4)
            document.multi_cell(0, 5.5, letter.get("body", ""), align="L")
            pages.append(document.page_no())
    except FPDFUnicodeEncodingException as error:
        raise Misfit("it has letters that the font does not have: name a `font`") from error
    except (FPDFException, OSError) as error:
        raise Misfit(f"the PDF cannot be made: {error}") from error
    return Printed(bytes(document.output()), 0, [last - first for first, last in pairwise(pages)])
