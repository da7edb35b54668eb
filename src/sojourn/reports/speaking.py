"""Says what reports wrote in another language: form by form, from the catalogue of that language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from sojourn.reports.wording import Phrase, Sentence, finished

ENGLISH: Final = "en"
NAMES: Final = frozenset({"test"})
"""Fields whose texts programs go by: they stay as they are."""


def spoken(answer: Any, language: str) -> Any:
    """Return an answer with its phrases in a language.

    Parameters
    ----------
    answer : dict, list or scalar
        Phrases in it (`reports.wording`) are said in the language, whatever else it has stays.
    language : str
        A tag such as `ko`; one without a catalogue, and `en`, give the answer as it is.
    """
    words = catalogue(language)
    return answer if words is None else _spoken(answer, words)


def _spoken(answer: Any, words: Mapping[str, str]) -> Any:
    if isinstance(answer, dict):
        return {name: value if name in NAMES else _spoken(value, words) for name, value in answer.items()}
    if isinstance(answer, list):
        return [_spoken(value, words) for value in answer]
    return translated(answer, words) if isinstance(answer, Phrase) else answer


def translated(text: str, words: Mapping[str, str]) -> str:
    """Say a text by its form; values in it, and forms without words, stay as they are.

    >>> translated(Phrase("{} is {}", ("profile.city", "'Boston'")), {"{} is {}": "{1} = {0}"})
    "'Boston' = profile.city"
    """
    if not isinstance(text, Phrase):
        return text
    said = words.get(text.form, text.form).format(*(translated(part, words) for part in text.parts))
    return finished(said) if isinstance(text, Sentence) else said


@lru_cache(maxsize=16)
def catalogue(language: str) -> Mapping[str, str] | None:
    """Return the forms of a language by the English ones, where `{0}` is the first part; None: it has none."""
    known = {file.name.removesuffix(".json"): file for file in resources.files("sojourn.reports.words").iterdir()}
    found = known.get(language.lower()) if language.isalpha() else None
    words: dict[str, str] | None = None if found is None else json.loads(found.read_text(encoding="utf-8"))
    return words
