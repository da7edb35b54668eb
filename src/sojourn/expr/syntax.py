"""Text to a checked syntax tree: one scalar expression of allowed syntax, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from sojourn.expr.functions import CAST_TYPES, FUNCTIONS, KEYWORDS
from sojourn.expr.problems import ExpressionErrors, Span, refuse
from sojourn.model.errors import Problem, did_you_mean

DIALECT = "duckdb"
LONGEST_TEXT = 10_000
DEEPEST_NESTING = 50
MOST_NODES = 4_000
DEEPEST_TREE = 400
LONGEST_PATTERN = 500
LONGEST_REPLACEMENT = 100

PARSER_FAULTS = (SqlglotError, ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError)
"""What SQLGlot raises for a text that it cannot read: not only its own errors."""

_ONE = "write one SQL expression, such as `profile.city = 'Seoul' and profile.spend > 100`"
_OPEN = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
_CLOSE = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}
_PREFIX = {TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.INTERVAL}

_SYNTAX: tuple[type[exp.Expr], ...] = (
    exp.Column, exp.Identifier, exp.Dot, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Tuple,
    exp.Not, exp.Neg, exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In,
    exp.Between, exp.Like, exp.ILike, exp.Escape, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.DPipe, exp.Case, exp.If,
    exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam, exp.Interval, exp.Var, exp.AtTimeZone,
    exp.Bracket, exp.Slice, exp.Array, exp.JSONPath, exp.JSONPathPart, exp.CurrentTimestamp,
)  # fmt: skip
_REGEXP = (exp.RegexpLike, exp.RegexpFullMatch, exp.RegexpExtract, exp.RegexpExtractAll, exp.RegexpReplace)
_WORDS: dict[type[exp.Expr], str] = {
    exp.Star: "`*`",
    exp.Window: "window functions",
    exp.AggFunc: "aggregates",
    exp.Lambda: "lambdas",
    exp.Placeholder: "parameters",
    exp.Parameter: "parameters",
    exp.Alias: "`as`",
    exp.Query: "subqueries",
    exp.Subquery: "subqueries",
    exp.CurrentDate: "the machine's date",
}


def parse(text: str) -> exp.Expr:
    """Read one scalar expression, and refuse all else.

    Parameters
    ----------
    text
        SQL in DuckDB's flavour.

    Returns
    -------
    sqlglot.exp.Expression
        Its tree, names not yet resolved.

    Raises
    ------
    ExpressionErrors
        Too long or too deep, not an expression, or something that is not allowed.
    """
    if len(text) > LONGEST_TEXT:
        raise refuse("EXPR-001", f"an expression has at most {LONGEST_TEXT:,} characters, this one has {len(text):,}")
    tokens = tokenize(text)
    _check_tokens(tokens)
    tree = _tree(text)
    problems = list(dict.fromkeys(_check_tree(tree)))
    if problems:
        raise ExpressionErrors(problems)
    return tree


def tokenize(text: str) -> list[Token]:
    """Split a text into tokens."""
    try:
        tokens = sqlglot.tokenize(text, read=DIALECT)
    except PARSER_FAULTS as error:
        raise unreadable(error) from error
    if not tokens:
        raise refuse("EXPR-002", "an expression is missing", hint="write a condition such as `profile.city = 'Seoul'`")
    return tokens


def span_of(node: exp.Expr) -> Span | None:
    """Find where a node stands in the text that it was parsed from."""
    spans = [(m["start"], m["end"] + 1) for n in node.walk() if (m := n.meta) and "start" in m]
    return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _check_tokens(tokens: list[Token]) -> None:
    check_nesting(tokens)
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            raise _at("EXPR-003", "an expression is one scalar expression, without a statement behind it", token)
    problems = list(called_functions(tokens))
    if problems:
        raise ExpressionErrors(problems)


def check_nesting(tokens: list[Token]) -> None:
    """Refuse what is nested too deeply, before a recursive parser sees it."""
    depth = run = 0
    for token in tokens:
        kind = token.token_type
        depth += (kind in _OPEN) - (kind in _CLOSE)
        run = run + 1 if kind in _PREFIX else 0
        if max(depth, run) > DEEPEST_NESTING:
            raise _at("EXPR-001", f"this is nested more than {DEEPEST_NESTING} levels deep", token)


def _at(code: str, message: str, token: Token) -> ExpressionErrors:
    return refuse(code, message, span=(token.start, token.end + 1))


def called_functions(tokens: list[Token], allowed: frozenset[str] = FUNCTIONS) -> Iterator[Problem]:
    """Find functions that are called and not allowed."""
    for token, following in pairwise(tokens):
        called = following.token_type == TokenType.L_PAREN and _is_word(token)
        if called and token.text.lower() not in allowed | KEYWORDS:
            yield _unknown_function(token, allowed)


def _is_word(token: Token) -> bool:
    literal = token.token_type in {TokenType.STRING, TokenType.NUMBER}
    return not literal and re.fullmatch(r"\w+", token.text) is not None


def _unknown_function(token: Token, allowed: frozenset[str]) -> Problem:
    near = did_you_mean(token.text, sorted(allowed)).removeprefix("; ")
    message = f"the function `{token.text}` is not available in expressions"
    hint = near or "use a function of text, numbers, dates, lists or JSON"
    return Problem(code="EXPR-005", message=f"{message}; {hint}", span=(token.start, token.end + 1), hint=hint)


def _tree(text: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(text, read=DIALECT, into=exp.Condition)
    except ParseError as error:
        raise _syntax(error, text) from error
    except PARSER_FAULTS as error:
        raise unreadable(error) from error


def unreadable(error: Exception) -> ExpressionErrors:
    """Translate what the parser raises."""
    if isinstance(error, RecursionError):
        return refuse("EXPR-001", "this is nested too deeply")
    return refuse("EXPR-002", f"this does not read as SQL: {_first_line(error)}"[:500], hint=_ONE)


def _syntax(error: ParseError, text: str) -> ExpressionErrors:
    detail = error.errors[-1] if error.errors else {}
    mark = str(detail.get("highlight") or "")
    before = str(detail.get("start_context") or "")
    start = text.find(before + mark)
    span = (start + len(before), start + len(before) + len(mark)) if mark and start >= 0 else None
    near = f" near `{mark}`" if mark else ""
    return refuse("EXPR-002", f"this does not read as one expression{near}", span=span, hint=_ONE)


def _check_tree(tree: exp.Expr) -> Iterator[Problem]:
    too_large = list(check_limits(tree))
    if too_large:
        yield from too_large
        return
    for node in tree.walk():
        yield from _check_node(node)
    yield from _check_written(tree)


def check_limits(tree: exp.Expr) -> Iterator[Problem]:
    """Find whether a tree has too many parts or is too deep."""
    nodes = sum(1 for _ in tree.walk())
    if nodes > MOST_NODES:
        message = f"an expression has at most {MOST_NODES:,} parts, this one has {nodes:,}"
        yield Problem(code="EXPR-001", message=message)
    elif _depth(tree) > DEEPEST_TREE:
        yield Problem(code="EXPR-001", message=f"this is nested more than {DEEPEST_TREE} levels deep")


def _depth(tree: exp.Expr) -> int:
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [c for n in level for c in n.iter_expressions()]
    return deepest


def _check_written(tree: exp.Expr) -> Iterator[Problem]:
    """Check the functions once more in the text that DuckDB will get."""
    for problem in called_functions(tokenize(write(tree))):
        yield Problem(code=problem.code, message=problem.message)


def write(tree: exp.Expr) -> str:
    """Write a tree as DuckDB's SQL."""
    try:
        return tree.sql(DIALECT, comments=False)
    except PARSER_FAULTS as error:
        raise unreadable(error) from error


def _check_node(node: exp.Expr) -> Iterator[Problem]:
    word = next((w for kind, w in _WORDS.items() if isinstance(node, kind)), None)
    if word or not isinstance(node, (*_SYNTAX, exp.Func)):
        yield _not_allowed(node, word or f"`{node.key}`")
    else:
        yield from check_values(node)


def check_values(node: exp.Expr) -> Iterator[Problem]:
    """Find types, patterns and the like that are not allowed."""
    if isinstance(node, exp.Dot):
        if not all(isinstance(p, exp.Identifier) for p in node.parts):
            yield _not_allowed(node, "a function behind a dot")
    elif isinstance(node, exp.DataType):
        yield from _check_type(node)
    elif isinstance(node, _REGEXP):
        yield from _check_literal(node, node.args.get("expression"), LONGEST_PATTERN, "a pattern")
    elif isinstance(node, exp.Replace):
        yield from _check_literal(node, node.args.get("replacement"), LONGEST_REPLACEMENT, "a replacement")
    elif isinstance(node, exp.Anonymous) and node.name.lower() == "age" and len(node.expressions) != 2:
        yield Problem(
            code="EXPR-004", message="`age` needs two arguments", span=span_of(node), hint="write `age(now(), x)`"
        )


def _check_literal(node: exp.Expr, literal: object, longest: int, what: str) -> Iterator[Problem]:
    if not (isinstance(literal, exp.Literal) and literal.is_string and len(literal.name) <= longest):
        yield Problem(
            code="EXPR-004",
            message=f"{what} must be a text in quotes of at most {longest} characters",
            span=span_of(node),
        )


def _check_type(node: exp.DataType) -> Iterator[Problem]:
    kind = node.this
    if isinstance(kind, exp.DType) and (
        kind.value in CAST_TYPES or (kind.value in {"ARRAY", "LIST"} and node.expressions)
    ):
        return
    yield Problem(
        code="EXPR-009",
        message=f"a value cannot be cast to `{node.sql(DIALECT)}` here",
        span=span_of(node),
        hint="cast to varchar, bigint, double, decimal, boolean, date, timestamp, timestamptz, json or a list of one",
    )


def _not_allowed(node: exp.Expr, word: str) -> Problem:
    hint = "`cast(local_now() as date)` is today" if isinstance(node, exp.CurrentDate) else None
    return Problem(code="EXPR-004", message=f"{word} cannot be used in an expression", span=span_of(node), hint=hint)
