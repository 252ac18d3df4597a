"""Formulas over arrays: a checked tree is turned once into numpy functions, and into exact derivatives."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Arrays: TypeAlias = Mapping[str, Any]

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_CALLED: dict[str, Callable[[Any, Any], Any]] = {"min": np.minimum, "max": np.maximum}


def compiled(node: ast.expr) -> Callable[[Arrays], Any]:
    """A function of arrays by name for a formula's tree; `Formula` has checked what the tree may hold.

    Examples
    --------
    >>> from tanheng.inventory.methods.formula import Formula
    >>> compiled(Formula("max(a - 1, 0) * b").tree)({"a": np.array([0.5, 3.0]), "b": 2.0})
    array([0., 4.])
    """
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            one, other, join = compiled(left), compiled(right), _BINARY[type(op)]
            return lambda arrays: join(one(arrays), other(arrays))
        case ast.UnaryOp(operand=operand):
            inner = compiled(operand)
            return lambda arrays: np.negative(inner(arrays))
        case ast.Name(id=name):
            return lambda arrays: arrays[name]
        case ast.Constant(value=int() | float() as value):
            number = float(value)
            return lambda arrays: number
        case ast.Call(func=ast.Name(id="exp"), args=[argument]):
            inner = compiled(argument)
            return lambda arrays: np.exp(inner(arrays))
        case ast.Call(func=ast.Name(id=name), args=[first, *rest]):
            found = compiled(first)
            for argument in rest:
                found = _joined(found, compiled(argument), _CALLED[name])
            return found
    raise AssertionError(ast.dump(node))


def _joined(
    one: Callable[[Arrays], Any], other: Callable[[Arrays], Any], join: Callable[[Any, Any], Any]
) -> Callable[[Arrays], Any]:
    return lambda arrays: join(one(arrays), other(arrays))


@dataclass(frozen=True)
class Bend:
    """A min or max of a formula: its value, and value and derivatives of both sides; ``name`` is what it is derived by."""

    name: str
    kind: str
    value: Any
    sides: tuple[tuple[Any, Mapping[str, Any]], tuple[Any, Mapping[str, Any]]]


def partials(node: ast.expr, arrays: Arrays, bends: list[Bend] | None = None) -> tuple[Any, dict[str, Any]]:
    """The value of a formula and its derivative by each name; where ``bends`` are gathered, by each min and max in their stead.

    Examples
    --------
    >>> from tanheng.inventory.methods.formula import Formula
    >>> partials(Formula("a * b + 3").tree, {"a": 2.0, "b": 5.0})
    (13.0, {'a': 5.0, 'b': 2.0})
    """
    match node:
        case ast.Name(id=name):
            return arrays[name], {name: 1.0}
        case ast.Constant(value=int() | float() as value):
            return float(value), {}
        case ast.UnaryOp(operand=operand):
            value, inner = partials(operand, arrays, bends)
            return -value, _times(inner, -1.0)
        case ast.BinOp(left=left, op=op, right=right):
            (a, by_a), (b, by_b) = partials(left, arrays, bends), partials(right, arrays, bends)
            match op:
                case ast.Add():
                    return a + b, _plus(by_a, by_b)
                case ast.Sub():
                    return a - b, _plus(by_a, _times(by_b, -1.0))
                case ast.Mult():
                    return a * b, _plus(_times(by_a, b), _times(by_b, a))
                case ast.Div():
                    return a / b, _plus(_times(by_a, 1.0 / b), _times(by_b, -a / (b * b)))
                case _:
                    return np.power(a, b), _times(by_a, b * np.power(a, b - 1.0))
        case ast.Call(func=ast.Name(id="exp"), args=[argument]):
            value, inner = partials(argument, arrays, bends)
            return np.exp(value), _times(inner, np.exp(value))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            value, by = partials(arguments[0], arrays, bends)
            for argument in arguments[1:]:
                other, by_other = partials(argument, arrays, bends)
                first = (value <= other) if name == "min" else (value >= other)
                joined = np.where(first, value, other)
                if bends is None:
                    by = _plus(
                        _times(by, np.where(first, 1.0, 0.0)), _times(by_other, np.where(first, 0.0, 1.0))
                    )
                else:
                    bends.append(Bend(f"#{len(bends)}", name, joined, ((value, by), (other, by_other))))
                    by = {bends[-1].name: 1.0}
                value = joined
            return value, by
    raise AssertionError(ast.dump(node))


def _times(by: Mapping[str, Any], factor: Any) -> dict[str, Any]:
    return {name: value * factor for name, value in by.items()}


def _plus(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one.get(name, 0.0) + other.get(name, 0.0) for name in dict.fromkeys((*one, *other))}
