"""SQL text and condition maps to checked expressions, and their evaluation over frames."""

from sojourn.expr.audiences import audience_sql, check_audience_sql
from sojourn.expr.bucket import bucket_sql
from sojourn.expr.conditions import Condition, Part, compile_condition
from sojourn.expr.directory import (
    AudienceSpec,
    Directory,
    EntitySpec,
    EventSpec,
    GroupSpec,
    LinkSpec,
    WorkspaceNames,
)
from sojourn.expr.evaluator import Evaluator
from sojourn.expr.expression import Expression, compile_expression
from sojourn.expr.facts import ANYTHING, NEVER, Facts, all_of, any_of
from sojourn.expr.names import ROWS
from sojourn.expr.population import population_sql, rows_sql
from sojourn.expr.problems import ExpressionErrors
from sojourn.expr.reads import Reads, union
from sojourn.expr.reasoning import Reasoner, texts
from sojourn.expr.scope import Scope, Type, sql_type
from sojourn.expr.wanted import require, unquoted

__all__ = [
    "ANYTHING",
    "NEVER",
    "ROWS",
    "AudienceSpec",
    "Condition",
    "Directory",
    "EntitySpec",
    "Evaluator",
    "EventSpec",
    "Expression",
    "ExpressionErrors",
    "Facts",
    "GroupSpec",
    "LinkSpec",
    "Part",
    "Reads",
    "Reasoner",
    "Scope",
    "Type",
    "WorkspaceNames",
    "all_of",
    "any_of",
    "audience_sql",
    "bucket_sql",
    "check_audience_sql",
    "compile_condition",
    "compile_expression",
    "population_sql",
    "require",
    "rows_sql",
    "sql_type",
    "texts",
    "union",
    "unquoted",
]
