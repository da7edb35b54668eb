"""Which leaves of a condition are to blame, and how they would have had to differ together for it to be met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from sojourn.reports.leaves import TOKEN, Leaf
from sojourn.reports.wording import listed, phrase


@dataclass(frozen=True)
class Blame:
    """Leaves that are not as wanted: all of the parts would have had to differ, or one of them.

    Attributes
    ----------
    parts : tuple of Blame or Leaf
        None: the condition is met.
    """

    word: Literal["and", "or"] = "and"
    parts: tuple[Blame | Leaf, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is to blame."""
        return bool(self.parts)

    @property
    def leaves(self) -> list[Leaf]:
        """Return the leaves, each once."""
        found = [leaf for part in self.parts for leaf in ([part] if isinstance(part, Leaf) else part.leaves)]
        return [leaf for number, leaf in enumerate(found) if leaf not in found[:number]]

    def say(self) -> str:
        """Say which leaves are not as wanted, with their values."""
        return listed([leaf.say() for leaf in self.leaves])

    def needed(self) -> str:
        """Say what would have had to hold: ``(`a` had been met or `b` had been met) and `c` had not been met``."""
        inner = self.word if len(self.parts) > 1 else ""
        return listed(dict.fromkeys(_needed(part, inner) for part in self.parts), self.word)

    def clause(self) -> str:
        """Say it as a condition: ``if `profile.city = 'Seattle'` had been met``."""
        return phrase("if {}", self.needed())


def _needed(part: Blame | Leaf, around: str) -> str:
    if isinstance(part, Leaf):
        return part.needed()
    text = part.needed()
    return phrase("({})", text) if around and len(part.parts) > 1 and part.word != around else text


def blamed(leaves: list[Leaf]) -> Blame:
    """Return what would have had to differ for a condition of these leaves to be met."""
    return _blame(_tree(leaves), True)


def together(blames: Iterable[Blame]) -> Blame:
    """Return what would have had to differ for several conditions to be met."""
    return Blame("and", tuple(each for each in blames if each))


Tree = Leaf | tuple[str, list[Any]]


def _tree(leaves: list[Leaf]) -> Tree:
    """Build the nesting of a condition anew from the paths of its leaves, such as ``all[1].not``."""
    return _nest([(TOKEN.findall(leaf.path), leaf) for leaf in leaves])


def _nest(paths: list[tuple[list[tuple[str, str]], Leaf]]) -> Tree:
    first, leaf = paths[0]
    if not first:
        return leaf
    branches: dict[str, list[tuple[list[tuple[str, str]], Leaf]]] = {}
    for tokens, each in paths:
        branches.setdefault(tokens[0][1], []).append((tokens[1:], each))
    return first[0][0], [_nest(branch) for branch in branches.values()]


def _holds(tree: Tree) -> bool:
    if isinstance(tree, Leaf):
        return tree.met
    word, parts = tree
    met = [_holds(part) for part in parts]
    return {"all": all(met), "any": any(met), "not": not met[0]}[word]


def _blame(tree: Tree, wanted: bool) -> Blame:
    if _holds(tree) == wanted:
        return Blame()
    if isinstance(tree, Leaf):
        leaf = replace(tree, wanted=wanted)
        return (blamed(list(leaf.inside)) if leaf.inside and wanted else Blame()) or Blame("and", (leaf,))
    word, parts = tree
    if word == "not":
        return _blame(parts[0], not wanted)
    found = tuple(blame for part in parts if (blame := _blame(part, wanted)))
    return Blame("and" if (word == "all") == wanted else "or", found)
