"""The portable subset of SQL: what shared files may use, and the way to other dialects.

sqlglot lets constructs that a dialect lacks pass through in silence, so the tree is walked against an allow-list.
"""

from __future__ import annotations

import functools

import sqlglot
from sqlglot import exp

from tanheng.errors import SqlNotPortable

_ALLOWED: tuple[type[exp.Expr], ...] = (
    exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Order, exp.Ordered, exp.With, exp.CTE, exp.Subquery,
    exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between,
    exp.Like, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Case, exp.If, exp.Cast, exp.DataType, exp.Coalesce,
    exp.Sum, exp.Count, exp.Min, exp.Max, exp.Round, exp.Floor, exp.Abs, exp.Star, exp.Distinct,
    exp.Window, exp.WindowSpec, exp.RowNumber, exp.Union, exp.DPipe, exp.DataTypeParam,
)  # fmt: skip
_TYPES = {
    exp.DataType.Type.BIGINT,
    exp.DataType.Type.DOUBLE,
    exp.DataType.Type.INT,
    exp.DataType.Type.VARCHAR,
    exp.DataType.Type.TEXT,
}


def check_portable(sql: str, file: str = "") -> exp.Expr:
    """Parse ``sql`` and refuse what lies outside the subset.

    Raises
    ------
    SqlNotPortable
        Naming the construct: an unlisted node or type, an unaliased column, an inequality in ``ON``, a window
        without a total order.

    Examples
    --------
    >>> check_portable("select a.x as x from a").key
    'select'
    """
    try:
        trees = sqlglot.parse(sql, read="duckdb")
    except sqlglot.errors.ParseError as cause:
        raise SqlNotPortable(file=file, detail=str(cause).splitlines()[0]) from cause
    if len(trees) != 1 or trees[0] is None:
        raise SqlNotPortable(file=file, detail="one statement")
    tree = trees[0]
    for node in tree.walk():
        if not isinstance(node, _ALLOWED):
            raise SqlNotPortable(file=file, detail=f"{type(node).__name__}: {node.sql()[:60]}")
        _check_node(node, file)
    return tree


def _check_node(node: exp.Expr, file: str) -> None:
    if isinstance(node, exp.DataType) and node.this not in _TYPES:
        raise SqlNotPortable(file=file, detail=f"type {node.sql()}")
    if isinstance(node, exp.Select):
        for column in node.expressions:
            if not isinstance(column, exp.Alias):
                raise SqlNotPortable(file=file, detail=f"column without alias: {column.sql()[:60]}")
    if isinstance(node, exp.Join) and node.args.get("on") is not None:
        for part in node.args["on"].walk():
            if isinstance(part, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.NEQ):
                raise SqlNotPortable(file=file, detail=f"inequality in ON: {part.sql()}")
    if isinstance(node, exp.Group) and any(
        value for name, value in node.args.items() if name != "expressions"
    ):
        raise SqlNotPortable(file=file, detail=f"Group: {node.sql()[:60]}")
    if isinstance(node, exp.Window) and node.args.get("order") is None:
        raise SqlNotPortable(file=file, detail=f"window without order: {node.sql()[:60]}")


@functools.lru_cache(maxsize=64)
def transpile(sql: str, dialect: str) -> str:
    """``sql`` (DuckDB dialect, portable subset) in another dialect.

    DuckDB adds up BIGINT in 128 bits; elsewhere each sum of BIGINT is made one of DECIMAL(38, 0), so that none overflows.

    Examples
    --------
    >>> transpile('select a."城市" as "城市" from a', "spark")
    'SELECT a.`城市` AS `城市` FROM a'
    """
    tree = check_portable(sql).transform(_wide_sum)
    return tree.sql(dialect=dialect, comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE)


def _wide_sum(node: exp.Expr) -> exp.Expr:
    if (
        isinstance(node, exp.Sum)
        and isinstance(node.this, exp.Cast)
        and node.this.to.this == exp.DataType.Type.BIGINT
    ):
        return exp.Sum(this=exp.cast(node.this, "DECIMAL(38, 0)"))
    return node


def expression(sql: str, dialect: str) -> str:
    """A condition in another dialect.

    Examples
    --------
    >>> expression('"a b" > 1', "spark")
    '`a b` > 1'
    """
    return sqlglot.parse_one(sql, read="duckdb").sql(dialect=dialect)
