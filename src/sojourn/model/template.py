"""Templates: the content of a channel's messages, and its translations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field

from sojourn.model.block import check_mentions, references_to_blocks
from sojourn.model.channels import CHANNELS, ChannelType
from sojourn.model.display import Display
from sojourn.model.document import Catalog, Document
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.expressions import Reference
from sojourn.model.forms import Model
from sojourn.model.links import Links
from sojourn.model.template_text import Html, Liquid, Locale, Mjml


class Button(Model):
    """A button of a card."""

    text: Liquid
    url: Liquid | None = None


class Content(Model):
    """What a message says; every text is Liquid. Which fields are allowed depends on the channel."""

    subject: Liquid | None = None
    html: Html | None = None
    mjml: Mjml | None = None
    text: Liquid | None = None
    title: Liquid | None = None
    body: Liquid | None = None
    url: Liquid | None = Field(default=None, description="Where a click leads; of a webhook, the address it calls.")
    image: Liquid | None = Field(default=None, description="The whole address of a picture.")
    buttons: list[Button] | None = None
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = Field(
        default=None, description="How a webhook calls; `POST` without one."
    )
    headers: dict[str, Liquid] | None = None
    columns: dict[str, Liquid] | None = Field(
        default=None, description="What a letter says, by the columns of the printer's file."
    )

    def present(self) -> list[str]:
        """Return the content fields that are there."""
        return [name for name in Content.model_fields if getattr(self, name) is not None]

    def texts(self, path: str = "") -> Iterator[tuple[str, str]]:
        """Yield every Liquid text with its path."""
        for name in self.present():
            yield from _texts(f"{path}{name}", getattr(self, name))


def _texts(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, text in value.items():
            yield f"{path}.{key}", text
    elif isinstance(value, list):
        for i, button in enumerate(value):
            yield f"{path}[{i}].text", button.text
            if button.url is not None:
                yield f"{path}[{i}].url", button.url


class Template(Content, Document):
    """The content of one channel's messages.

    Its `title` is what the message has on channels with titles; on others it is what people call the template.
    """

    kind: Literal["template"]
    channel: ChannelType = Field(description="The channel that it is for.")
    locales: dict[Locale, Content] = Field(
        default_factory=dict, description="Translations: fields in place of the others, by language."
    )

    display: Display | None = Field(default=None, description="When and how pages show it.")
    links: Links | None = Field(default=None, description="What is put behind the addresses of its links.")

    def references(self) -> Iterable[Reference]:
        """Return the blocks that it names."""
        return references_to_blocks(self.every_text())

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check that the fields are those of the channel, and that blocks fit where they are named."""
        yield from check_mentions(self.every_text(), catalog)
        facts = CHANNELS[self.channel]
        present = self.present()
        if not set(present) & set(facts.needs):
            needed = " or ".join(f"`{name}`" for name in facts.needs)
            yield Problem("DOC-045", f"a template for `{self.channel}` needs {needed}")
        if self.display is not None and not facts.on_screen:
            yield Problem("DOC-049", f"no page shows what is sent over `{self.channel}`", "display")
        if self.html is not None and self.mjml is not None:
            yield Problem("DOC-045", "a template has `html` or `mjml`, not both", "mjml")
        yield from (problem for problem in self._foreign("", self) if problem.path != "title")
        for locale, content in self.locales.items():
            yield from self._foreign(f"locales.{locale}.", content)

    def _foreign(self, path: str, content: Content) -> Iterable[Problem]:
        fields = CHANNELS[self.channel].fields
        for name in content.present():
            if name not in fields:
                near = did_you_mean(name, fields) or f"; it has {', '.join(fields)}"
                yield Problem("DOC-001", f"a template for `{self.channel}` has no field `{name}`{near}", path + name)

    def every_text(self) -> Iterator[tuple[str, str]]:
        """Yield every Liquid text with its path, those of the locales included."""
        yield from self.texts()
        for locale, content in self.locales.items():
            yield from content.texts(f"locales.{locale}.")
