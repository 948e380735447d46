"""``sql``: questions to the store in its own language, answered and nothing changed."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, opened
from omni_tui.cli.clock import exact, zone
from omni_tui.cli.columns import print_columns
from omni_tui.cli.params import Limit
from omni_tui.cli.verb import verb
from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store.asking import Answer, Value

_LATEST = 253_402_300_799_999
"""The end of the year 9999: what lies beyond is no time."""


@verb(
    _("Ask the store in SQL. It is only read; docs/sql.md describes the views."),
    'omni-tui sql "SELECT status, count(*) FROM v_conversations GROUP BY status"',
    'omni-tui sql --csv "SELECT ref, customer, last_at FROM v_conversations" > cases.csv',
    'omni-tui sql --json "SELECT tag, count(*) AS used FROM v_tags GROUP BY tag"',
    lists=True,
)
def sql(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="SQL|-", help=_("One statement; - reads it from stdin."))],
    csv: Annotated[bool, typer.Option("--csv", help=_("Print CSV with a line of column names."))] = False,
    limit: Limit = 1000,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.1, max=3600, help=_("Give up after this time."))
    ] = 30,
) -> None:
    from omni_tui.store.asking import ask

    call = Call.of(ctx)
    if csv and (call.json or call.ndjson):
        raise UsageError(_("--csv and JSON are two answers."), _("Choose one of them."))
    with opened(call.settings) as store:
        answer = ask(store, sys.stdin.read() if question == "-" else question, limit=limit, seconds=timeout)
    if call.ndjson:
        output.stream("row", (_record(answer, row) for row in answer.rows))
    elif call.json:
        rows = [[_json(value) for value in row] for row in answer.rows]
        output.document("rows", columns=answer.columns, rows=rows, more=answer.more)
    elif csv:
        _print_csv(answer)
    else:
        shown = [[_shown(*pair) for pair in zip(answer.columns, row, strict=True)] for row in answer.rows]
        print_columns(tuple(column.upper() for column in answer.columns), shown, widest=40)
    if answer.more:
        output.say(_("There are more rows; these are the first {limit}. See more: --limit").format(limit=limit))


def _record(answer: Answer, row: tuple[Value, ...]) -> dict[str, int | float | str | None]:
    return {column: _json(value) for column, value in zip(answer.columns, row, strict=True)}


def _json(value: Value) -> int | float | str | None:
    return value.hex() if isinstance(value, bytes) else value


def _shown(column: str, value: Value) -> str:
    from omni_tui.store.asking import is_time

    if value is None:
        return "-"
    if isinstance(value, int) and is_time(column) and 0 <= value <= _LATEST:
        return exact(value)
    return value.hex() if isinstance(value, bytes) else str(value)


def _print_csv(answer: Answer) -> None:
    from omni_tui.store.asking import as_csv, csv_lines, is_time

    def field(column: str, value: Value) -> str:
        if isinstance(value, int) and is_time(column) and 0 <= value <= _LATEST:
            return datetime.fromtimestamp(value / 1000, zone()).isoformat(timespec="milliseconds")
        return as_csv(value)

    rows = ([field(*pair) for pair in zip(answer.columns, row, strict=True)] for row in answer.rows)
    for line in csv_lines(answer.columns, rows):
        # A file gets the text as it came; a terminal would obey it.
        (output.tell if sys.stdout.isatty() else output.pass_on)(line)
