"""What a place wants its expression to give: one value as text, or an instant."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sojourn.expr.expression import Expression
from sojourn.expr.problems import refuse
from sojourn.model.expressions import Gives

_INSTANTS: Final = ("DATE", "TIMESTAMP", "VARCHAR", "JSON", "NULL", '"NULL"')
_SEVERAL: Final = ("STRUCT", "MAP", "UNION")


def require(expression: Expression, gives: Gives) -> Expression:
    """Return an expression that may give what is wanted; text and JSON may turn out to be an instant.

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
    return expression


def unquoted(expression: Expression) -> Expression:
    """Return an expression that gives the text of a JSON value, without its quotes; JSON's null is null."""
    if expression.type != "JSON":
        return expression
    return replace(expression, sql=f"TRY(json_extract_string({expression.sql}, '$'))", type="VARCHAR")
