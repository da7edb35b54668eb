"""Errors as answers: one form for all."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from sojourn.model.errors import DocumentError, Problem, SojournError
from sojourn.service.access.errors import AccessError

Row = dict[str, Any]
STATUSES: Final = {
    "BACKTEST-001": 422, "RUN-003": 404, "RUN-004": 503, "RUN-005": 504, "REPORT-001": 404, "REPORT-003": 404,
    "LOG-001": 507, "LOG-002": 503, "STORE-001": 507, "TEST-001": 404, "TEST-003": 422,
    "TEST-004": 422, "TEST-005": 404, "AUTH-020": 503, "DRAFT-001": 404, "DRAFT-004": 422, "DRAFT-005": 422,
    "DRAFT-006": 507, "DRAFT-007": 404, "COUNT-001": 422, "COUNT-002": 422, "STORE-004": 504, "REPORT-004": 404,
    "REPORT-005": 404, "REPORT-006": 422, "REPORT-007": 404, "REPORT-008": 404, "TRY-001": 422, "TRY-002": 422,
    "SEND-001": 503, "SEND-002": 404, "SEND-003": 422,
    "IMPORT-001": 422, "IMPORT-003": 422, "REGISTRY-001": 404, "SUPPRESS-001": 422, "SUPPRESS-002": 422,
    "FILE-001": 422, "BACKUP-004": 507,
}  # fmt: skip
"""By code; 409 for all others."""


class ProblemAnswer(BaseModel):
    """One thing that is wrong with a document or a request."""

    code: str
    message: str
    path: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    severity: str = "error"
    hint: str | None = None


class Refusal(BaseModel):
    """Why a call was refused, and what to do."""

    code: str
    message: str
    hint: str | None = None
    retryable: bool = False
    errors: list[ProblemAnswer] | None = None


def answer_errors(app: FastAPI) -> None:
    """Let an application answer every error in one form."""
    app.add_exception_handler(SojournError, _of_error)
    app.add_exception_handler(RequestValidationError, _of_request)
    app.add_exception_handler(HTTPException, _of_status)
    app.add_exception_handler(ClientDisconnect, gone)


async def gone(*_: object) -> Response:
    """Answer a client that hung up before its body was there: nobody reads it, and it is no fault of ours."""
    return Response(status_code=400)


async def _of_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SojournError)
    told = Refusal(code=error.code, message=error.message, hint=error.hint, retryable=error.retryable)
    if isinstance(error, DocumentError):
        told.errors = [problem_answer(problem) for problem in error.errors]
    if isinstance(error, AccessError):
        return _answer(told, error.status, error.headers)
    return _answer(told, STATUSES.get(error.code, 409))


def problem_answer(problem: Problem) -> ProblemAnswer:
    """Return a problem of a document as it is told."""
    return ProblemAnswer(
        code=problem.code, message=problem.message, path=problem.path, file=problem.file, line=problem.line,
        column=problem.column, severity=problem.severity, hint=problem.hint,
    )  # fmt: skip


async def _of_request(_: Request, error: Exception) -> JSONResponse:
    """Tell what is wrong with a request; never what was sent, which may be a password."""
    assert isinstance(error, RequestValidationError)
    errors = [
        ProblemAnswer(code="HTTP-422", message=str(each["msg"]), path=".".join(map(str, each["loc"])))
        for each in error.errors()
    ]
    wrong = "; ".join(f"{each.path}: {each.message}" for each in errors[:5])
    return _answer(Refusal(code="HTTP-422", message=f"the request cannot be read: {wrong}", errors=errors), 422)


async def _of_status(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    told = Refusal(code=f"HTTP-{error.status_code}", message=str(error.detail))
    return _answer(told, error.status_code, dict(error.headers or {}))


def _answer(told: Refusal, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    left_out = {"errors"} if told.errors is None else None
    return JSONResponse(told.model_dump(exclude=left_out), status, headers)
