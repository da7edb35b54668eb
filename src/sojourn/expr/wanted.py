"""What a place wants its expression to give: one value as text, an instant, a number, true or false, a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sojourn.expr.expression import Expression
from sojourn.expr.problems import refuse
from sojourn.model.expressions import Gives

_INSTANTS: Final = ("DATE", "TIMESTAMP", "VARCHAR", "JSON", "NULL", '"NULL"')
_SEVERAL: Final = ("STRUCT", "MAP", "UNION")
_TIMES: Final = ("DATE", "TIME", "INTERVAL")
_OPEN: Final = ("JSON", "NULL", '"NULL"')
_NAMES: Final[dict[Gives, str]] = {"number": "a number", "truth": "true or false", "list": "a list"}


def require(expression: Expression, gives: Gives) -> Expression:
    """Return an expression that may give what is wanted; text and JSON may turn out to be an instant or a number.

    Raises
    ------
    ExpressionErrors
        It cannot.
    """
    kind = expression.type
    several = kind.endswith("]") or kind.startswith(_SEVERAL)
    span = (0, len(expression.text))
    if gives == "text" and several:
        message = f"this must be one value, `{expression.text}` is {kind}"
        raise refuse("EXPR-012", message, span=span, hint="take one of them, such as `list[1]`")
    if gives == "instant" and (several or not kind.startswith(_INSTANTS)):
        message = f"this must be an instant or a date, `{expression.text}` is {kind}"
        raise refuse(
            "EXPR-012", message, span=span, hint="add an interval to an instant, such as `now() + interval 1 day`"
        )
    never = kind not in _OPEN and not kind.endswith("]") if gives == "list" else several or kind.startswith(_TIMES)
    if gives in _NAMES and never:
        message = f"this must be {_NAMES[gives]}, `{expression.text}` is {kind}"
        raise refuse("EXPR-012", message, span=span, hint="take another attribute, or compute what this one has")
    return expression


def unquoted(expression: Expression) -> Expression:
    """Return an expression that gives the text of a JSON value, without its quotes; JSON's null is null."""
    if expression.type != "JSON":
        return expression
    return replace(expression, sql=f"TRY(json_extract_string({expression.sql}, '$'))", type="VARCHAR")
