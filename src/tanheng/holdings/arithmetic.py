"""Formulas of plans in exact decimals: the same text gives the same digits on every machine."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import Context, Decimal, DecimalException, localcontext
from typing import Any

_WIDE = Context(prec=50)
_BINARY: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: dict[str, Callable[..., Decimal]] = {"min": min, "max": max, "exp": Decimal.exp}


class NoArithmeticError(ValueError):
    """A text that is no formula, or has no result."""


def names(formula: str) -> set[str]:
    """The symbols that a formula uses.

    Examples
    --------
    >>> sorted(names("max(A, E) if F < 0.65 else B"))
    ['A', 'B', 'E', 'F']
    """
    return {node.id for node in _walked(_tree(formula)) if isinstance(node, ast.Name)}


def evaluate(formula: str, values: Mapping[str, Decimal]) -> Decimal:
    """The result of a formula.

    Parameters
    ----------
    formula : str
        ``+ - * / **``, brackets, ``min max exp`` and ``a if b < c else d`` over symbols and decimals.
    values : mapping of str to Decimal

    Returns
    -------
    Decimal
        With up to 50 digits.

    Raises
    ------
    NoArithmeticError
        When the text is anything else, or has no finite result.

    Examples
    --------
    >>> evaluate("1.015 ** (16 - 20 * F) if F < 0.65 else 1", {"F": Decimal("0.6")})
    Decimal('1.061363550625')
    """
    tree = _tree(formula)
    try:
        with localcontext(_WIDE):
            found = _value(tree, formula, values)
    except (DecimalException, OverflowError) as cause:
        raise NoArithmeticError(formula) from cause
    if not found.is_finite():
        raise NoArithmeticError(formula)
    return found


def _tree(formula: str) -> ast.expr:
    try:
        tree = ast.parse(formula, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as cause:
        raise NoArithmeticError(formula) from cause
    for _ in _walked(tree):
        pass
    return tree


def _walked(node: ast.expr) -> Iterator[ast.expr]:
    """Every part of a formula; what a formula may not hold is refused."""
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            parts = [left, right]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            parts = [operand]
        case ast.IfExp(
            test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse
        ) if type(op) in _COMPARED:
            parts = [left, right, body, orelse]
        case ast.Call(func=ast.Name(id=name), args=[_, *rest] as arguments, keywords=[]) if (
            name in _FUNCTIONS and bool(rest) == (name != "exp")
        ):
            parts = list(arguments)
        case ast.Name() | ast.Constant(value=int() | float()):
            parts = []
        case _:
            raise NoArithmeticError(ast.unparse(node))
    yield node
    for part in parts:
        yield from _walked(part)


def _value(node: ast.expr, text: str, values: Mapping[str, Decimal]) -> Decimal:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, text, values), _value(right, text, values))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, text, values)
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse):
            holds = _COMPARED[type(op)](_value(left, text, values), _value(right, text, values))
            return _value(body if holds else orelse, text, values)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name](*(_value(one, text, values) for one in arguments))
        case ast.Name(id=name):
            return values[name]
        case ast.Constant():
            return Decimal(ast.get_source_segment(text, node) or "")
    raise NoArithmeticError(ast.unparse(node))
