"""Every sentence of an explanation has its words in every language, with the same parts."""

import ast
import json
import pickle
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from sojourn import reports
from sojourn.model.reasons import FEEDBACK_KINDS, PASSAGE_STATES
from sojourn.reports.refused_message import SENTENCES
from sojourn.reports.remedies import REMEDIES
from sojourn.reports.speaking import catalogue, spoken, translated
from sojourn.reports.steps import ENDINGS, TELLS
from sojourn.reports.wording import listed, phrase, plural, sentence

FOLDER = Path(reports.__file__).parent
LANGUAGES = sorted(path.stem for path in (FOLDER / "words").glob("*.json"))
DATA = {*FEEDBACK_KINDS, *(state.replace("_", " ") for state in PASSAGE_STATES), "source", "action"}
DATA |= {"subscribed", "unsubscribed", "opted_in", "pending", "hour", "day", "week", "month"}
"""Words that are chosen by a value of a closed list."""


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def texts(node: ast.AST) -> Iterator[str]:
    """Yield the texts that an argument may be: of `a if x else b` both."""
    if isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def forms() -> set[str]:
    """Return every form with words of its own that the reports write."""
    found: set[str] = set()
    for path in FOLDER.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {text for call in calls(tree, "phrase") if call.args for text in texts(call.args[0])}
        for call in calls(tree, "plural"):
            found |= {form for text in texts(call.args[1]) for form in (f"{{}} {text}", f"{{}} {text}s")}
    found |= {"{} e-mail", "{} e-mails", "{} message", "{} messages"}
    return {form for form in found if re.search(r"[a-z]{2}", re.sub(r"`[^`]*`", "", form))} | DATA


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_has_words_with_the_same_parts(language: str) -> None:
    words = json.loads((FOLDER / "words" / f"{language}.json").read_text(encoding="utf-8"))
    assert sorted(forms() - words.keys()) == [], "say these in the catalogue, too"
    for form, said in words.items():
        parts = form.count("{}")
        assert {name for _, name, _, _ in string.Formatter().parse(said) if name is not None} == {
            str(number) for number in range(parts)
        }, form


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_said_any_more_is_taken_out(language: str) -> None:
    words = json.loads((FOLDER / "words" / f"{language}.json").read_text(encoding="utf-8"))
    assert sorted(words.keys() - forms() - {"{} `{}`", "{} `{}`s"}) == []


@pytest.mark.parametrize("module", ["refused_entry", "refused_message", "remedies", "steps"])
def test_reasons_and_outcomes_are_told_by_phrases_alone(module: str) -> None:
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    sayers = {each.__name__ for each in (*SENTENCES.values(), *REMEDIES.values(), *ENDINGS.values(), *TELLS.values())}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in sayers):
        for returned in (
            node for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None
        ):
            assert returned.value is not None
            assert not list(texts(returned.value)), f"{module}:{returned.lineno} is a text without a form"
            assert not isinstance(returned.value, ast.JoinedStr), f"{module}:{returned.lineno} is a text without a form"


def test_a_sentence_is_said_from_its_parts() -> None:
    said = sentence(phrase("`{}` is {}", "x and y", phrase("not met")) + phrase(" ({})", listed(["a", "b", "c"])))
    assert said == "`x and y` is not met (a, b and c)."
    assert spoken({"text": said, "test": phrase("schedule")}, "ko") == {
        "text": "`x and y` 충족되지 않음 (a, b 및 c).", "test": "schedule",
    }  # fmt: skip
    assert spoken([plural(2, "event"), "not met", 3], "ko") == ["이벤트 2건", "not met", 3]


@pytest.mark.parametrize("language", ["en", "fr", "../ko", ""])
def test_a_language_without_words_is_english(language: str) -> None:
    assert catalogue(language) is None
    assert spoken({"text": phrase("the end")}, language) == {"text": "the end"}


def test_values_are_not_taken_for_words() -> None:
    words = catalogue("ko")
    assert words is not None
    assert translated(phrase("{} is {}", "met", "{0} now"), words) == "met = {0} now"


def test_a_phrase_survives_a_pickle() -> None:
    said = phrase("{} came", "`x`")
    assert pickle.loads(pickle.dumps(said)).parts == said.parts == ("`x`",)
