"""One SQL scalar expression, checked and written over the fixed aliases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
from sqlglot import exp

from sojourn.expr import binding
from sojourn.expr.bucket import bucket_sql
from sojourn.expr.names import ROWS, Frame, Name, UnknownName, local_now, resolve, safe_zone, zones
from sojourn.expr.problems import ExpressionErrors, refuse, unknown
from sojourn.expr.reads import Reads, union
from sojourn.expr.scope import Scope
from sojourn.expr.syntax import parse, span_of, write
from sojourn.model.errors import Problem

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In, exp.Between)
BUCKET = "bucket()"
_TRIED = (*_COMPARISONS, exp.Cast, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Interval)


@dataclass(frozen=True)
class Expression:
    """A checked expression.

    Parameters
    ----------
    sql
        SQL over the fixed aliases; null where it fails as it runs.
    type
        Its DuckDB type.
    reads
        What it reads.
    text
        As it was written.
    """

    sql: str
    type: str
    reads: Reads
    text: str


def compile_expression(text: str, scope: Scope, *, boolean: bool = False) -> Expression:
    """Read and check one expression.

    Parameters
    ----------
    text
        One SQL scalar expression in DuckDB's flavour.
    scope
        The names that it may use.
    boolean
        Whether it must be boolean.

    Raises
    ------
    ExpressionErrors
        With all unknown names, or the first thing that does not fit.

    Examples
    --------
    >>> compile_expression("profile.city || '!'", Scope(profile={"city": "string"})).type
    'VARCHAR'
    """
    return in_frame(text, scope, ROWS, boolean=boolean)


def in_frame(text: str, scope: Scope, frame: Frame, *, boolean: bool = False) -> Expression:
    """Read and check one expression, written for a frame."""
    tree, used = resolved(text, scope, frame)
    sql = write(tree)
    type_ = _typed(sql, tree, used, text)
    if tree.find(exp.Func) is not None and not frame.population:  # a population's instant is a parameter
        _run_once(sql, used, text)
    if boolean and type_ not in {"BOOLEAN", '"NULL"', "NULL"}:
        hint = "compare it with something, such as `… = 'x'` or `… is not null`"
        raise refuse("EXPR-008", f"a condition must be boolean, `{text}` is {type_}", span=(0, len(text)), hint=hint)
    return Expression(f"TRY({sql})", type_, union([n.reads for n in used.names]), text)


def resolved(text: str, scope: Scope, frame: Frame) -> tuple[exp.Expr, Resolved]:
    """Read one expression, with all names written for a frame.

    Returns
    -------
    tree, names
        The tree, in which each name is a `Var` of SQL with the type `type_`; what the names are.

    Raises
    ------
    ExpressionErrors
        With all unknown names.
    """
    used = Resolved(scope, frame)
    tree = _rewritten(parse(text), used)
    if used.problems:
        raise ExpressionErrors(used.problems)
    return tree, used


@dataclass
class Resolved:
    """The names of one expression; `said` has, by SQL, what the user wrote."""

    scope: Scope
    frame: Frame
    names: list[Name] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    def use(self, name: Name, said: str) -> exp.Expr:
        """Take a name into use, and return it as a tree."""
        self.names.append(name)
        self.said[name.sql] = said
        return exp.Var(this=name.sql, type_=name.type)

    def samples(self) -> str:
        """Return a FROM clause with a sample of all that is named."""
        known = [(*n.column, _sampled(n)) for n in self.names if n.column]
        return binding.tables(known)


def _sampled(name: Name) -> str:
    return "string" if name.column == ("p", "timezone") else name.type


def _rewritten(tree: exp.Expr, used: Resolved) -> exp.Expr:
    _refuse_json_text(tree, used)
    changed: exp.Expr = tree.transform(lambda node: _node(node, used))
    return changed


def _node(node: exp.Expr, used: Resolved) -> exp.Expr:
    if isinstance(node, exp.Column | exp.Dot):
        return _column(node, used)
    if isinstance(node, exp.CurrentTimestamp) or (isinstance(node, exp.Anonymous) and node.name.lower() == "now"):
        return used.use(Name(used.frame.at, "timestamp", Reads(time=True, clock=True)), "now()")
    if isinstance(node, exp.Anonymous) and node.name.lower() in {"local_now", "bucket"}:
        return _function(node, used)
    if isinstance(node, exp.AtTimeZone):
        return _at_zone(node, used)
    return node


def _parts(node: exp.Expr) -> list[str]:
    return [str(p.name) for p in node.parts]  # type: ignore[attr-defined]


def _column(node: exp.Expr, used: Resolved) -> exp.Expr:
    try:
        return used.use(resolve(_parts(node), used.scope, used.frame), ".".join(_parts(node)))
    except UnknownName as error:
        used.problems.append(unknown("EXPR-006", error.what, error.name, error.known, span=span_of(node)))
        return exp.Null()


def _function(node: exp.Anonymous, used: Resolved) -> exp.Expr:
    if node.expressions:
        message = f"`{node.name}()` takes nothing between its brackets"
        used.problems.append(Problem(code="EXPR-007", message=message, span=span_of(node)))
    elif node.name.lower() == "local_now":
        return used.use(local_now(used.scope, used.frame), "local_now()")
    elif used.scope.document is None or not used.scope.has_profile:
        message = "`bucket()` needs a profile and a document, and there is none here"
        used.problems.append(Problem(code="EXPR-007", message=message, span=span_of(node)))
    else:
        bucket = Name(bucket_sql("p.profile_id", used.scope.document), "integer", Reads(profile_id=True))
        return used.use(bucket, BUCKET)
    return exp.Null()


def _at_zone(node: exp.AtTimeZone, used: Resolved) -> exp.Expr:
    zone = node.args["zone"]
    if isinstance(zone, exp.Literal):
        if zone.name not in zones():
            used.problems.append(unknown("EXPR-010", "no time zone {}", zone.name, zones(), span=span_of(zone)))
        return node
    if isinstance(zone, exp.Var):
        return node
    if not isinstance(zone, exp.Column):
        message = "a time zone must be a text in quotes or a name, such as `profile.timezone`"
        used.problems.append(Problem(code="EXPR-004", message=message, span=span_of(node)))
        return node
    name = _column(zone, used)
    node.set("zone", exp.Var(this=f"({safe_zone(name.name, 'NULL')})"))
    return node


def _refuse_json_text(tree: exp.Expr, used: Resolved) -> None:
    """JSON text keeps its quotes, so a comparison with a text would silently never be met."""
    for node in tree.find_all(*_COMPARISONS):
        sides = list(node.iter_expressions())
        if any(isinstance(s, exp.Literal) and s.is_string for s in sides):
            used.problems += [p for s in sides if isinstance(s, exp.Column | exp.Dot) for p in _json_text(s, used)]


def _json_text(node: exp.Expr, used: Resolved) -> Iterator[Problem]:
    try:
        name = resolve(_parts(node), used.scope, used.frame)
    except UnknownName:
        return
    if name.type == "json":
        text = ".".join(_parts(node))
        hint = f"read it as text with `({text}->>'$')`, or declare its type"
        yield Problem(
            code="EXPR-011", message=f"`{text}` is JSON, which is no text; {hint}", span=span_of(node), hint=hint
        )


def _typed(sql: str, tree: exp.Expr, used: Resolved, text: str) -> str:
    from_ = used.samples()
    try:
        # A parameter has no type; in a sample, the instant of a population is that of the row.
        type_ = binding.bind(sql.replace(used.frame.at, ROWS.at), from_)
    except duckdb.Error as error:
        raise _type_error(error, tree, text) from error
    if not used.frame.population:
        _try_literals(tree, from_)
    return type_


def _type_error(error: duckdb.Error, tree: exp.Expr, text: str) -> ExpressionErrors:
    message = _said(error)
    for literal in tree.find_all(exp.Literal):
        if literal.is_string and f"'{literal.name}'" in message:
            return refuse("EXPR-010", message, span=span_of(literal))
    hint = "cast one side, or compare with a value of the same type" if "ompare" in message else None
    return refuse("EXPR-007", f"the types in `{text[:200]}` do not fit: {message}", span=(0, len(text)), hint=hint)


def _said(error: duckdb.Error) -> str:
    first = str(error).strip().partition("\n")[0]
    return first.partition("Error: ")[2] or first


def _try_literals(tree: exp.Expr, from_: str) -> None:
    """Run what a text in quotes takes part in: a text that is no number or date is found only as it runs."""
    tried = [n for n in tree.find_all(*_TRIED) if any(_is_text(c) for c in n.iter_expressions())]
    for node in tried:
        try:
            binding.evaluate(write(node), from_)
        except duckdb.ConversionException as error:
            _raise_for_literal(node, error)
        except duckdb.Error:
            continue


def _run_once(sql: str, used: Resolved, text: str) -> None:
    """Refuse what fails with values of the right types in a way that TRY does not catch."""
    try:
        binding.evaluate(f"TRY({sql})", used.samples())
    except duckdb.Error as error:
        raise refuse("EXPR-012", f"`{text[:200]}` cannot run: {_said(error)}"[:500], span=(0, len(text))) from error


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _raise_for_literal(node: exp.Expr, error: duckdb.Error) -> None:
    message = str(error)
    for literal in node.find_all(exp.Literal):
        if literal.is_string and literal.name in message:
            raise refuse("EXPR-010", _said(error), span=span_of(literal)) from error
