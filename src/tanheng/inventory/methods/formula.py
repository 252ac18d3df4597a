"""Formulas of method packs: arithmetic over named parameters, with units checked once."""

from __future__ import annotations

import ast
import functools
import keyword
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from tanheng.quantities import parse_unit
from tanheng.quantities.units import registry

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_LARGEST_POWER = 8
_LONGEST = 500
_FUNCTIONS: dict[str, Callable[..., float]] = {"min": min, "max": max, "exp": math.exp}


class FormulaError(ValueError):
    """A formula that is not arithmetic, or whose units do not fit; the text says why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class WrongDimensionError(FormulaError):
    """A formula whose result is of another dimension than was asked for."""


class Formula:
    """Arithmetic over parameters: ``+ - * / **``, brackets, numbers, ``min max exp``.

    Examples
    --------
    >>> formula = Formula("ncv * carbon_content * oxidation * 44/12")
    >>> sorted(formula.names)
    ['carbon_content', 'ncv', 'oxidation']
    >>> round(formula.evaluate({"ncv": 20.908, "carbon_content": 0.02637, "oxidation": 0.98}), 5)
    1.98116
    """

    def __init__(self, text: str) -> None:
        self.text = " ".join(str(text).split())
        if len(self.text) > _LONGEST:
            raise FormulaError(f"公式超过 {_LONGEST} 字", f"it is longer than {_LONGEST} characters")
        try:
            self._tree = ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError) as cause:
            word = next(filter(keyword.iskeyword, re.findall(r"\w+", self.text)), None)
            if word:
                raise FormulaError(
                    f"“{word}”是保留字，请换个名称", f"'{word}' is a reserved word: rename it"
                ) from cause
            raise FormulaError("不是算式", "it is not arithmetic") from cause
        try:
            self.names = frozenset(_names(self._tree))
            floats = _Floats().visit(ast.parse(self.text, mode="eval"))
            self._code = compile(ast.fix_missing_locations(floats), "<formula>", "eval")
        except RecursionError as cause:
            raise FormulaError("公式嵌套过深", "it is nested too deep") from cause
        self._powers = _powers(self._tree)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    @property
    def tree(self) -> ast.expr:
        """The arithmetic as a checked tree, for whoever evaluates it over arrays."""
        return self._tree

    def evaluate(self, values: Mapping[str, float]) -> float:
        """The number, with parameters in their declared units.

        Raises
        ------
        FormulaError
            When there is no finite number, as after a division by zero.
        """
        try:
            number = float(eval(self._code, {"__builtins__": {}, **_FUNCTIONS}, dict(values)))
        except (ArithmeticError, TypeError, ValueError) as cause:
            raise FormulaError("公式算不出数", "the formula gives no number") from cause
        if not math.isfinite(number):
            raise FormulaError("公式算不出数", "the formula gives no number")
        return number

    def elasticity(self, name: str, values: Mapping[str, float]) -> float:
        """Relative change of the result per relative change of one parameter.

        Examples
        --------
        >>> Formula("a * b / c").elasticity("c", {"a": 1, "b": 2, "c": 3})
        -1.0
        >>> Formula("a * (1 - r)").elasticity("r", {"a": 1, "r": 0.5})
        -1.0
        """
        if self._powers is not None:
            return self._powers.get(name, 0.0)
        base, step = self.evaluate(values), 1e-4
        if not base:
            return 0.0
        up = self.evaluate({**values, name: values[name] * (1 + step)})
        down = self.evaluate({**values, name: values[name] * (1 - step)})
        return round((up - down) / (2 * step * base), 6)

    def scale(self, units: Mapping[str, str], target: str) -> float:
        """How many ``target`` units the number means when parameters are in ``units``.

        Raises
        ------
        FormulaError
            When terms of a sum have different units, or the result is of another dimension than ``target``.
        """
        result = _unit(self._tree, {name: _quantity(unit) for name, unit in units.items()})
        ratio = result / _quantity(target)
        if not ratio.dimensionless:
            raise WrongDimensionError(
                f"结果的量纲是 {result.dimensionality}，应为 {target}",
                f"the result has dimension {result.dimensionality}, expected {target}",
            )
        return float(f"{float(ratio.to('').magnitude):.14g}")


class _Floats(ast.NodeTransformer):
    """Numbers as floats: powers of whole numbers would grow without end where those of floats overflow."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """The same number."""
        return ast.Constant(float(str(node.value)))


@functools.lru_cache(maxsize=1024)
def _quantity(unit: str) -> Any:
    return registry().Quantity(parse_unit(unit).expression)


@functools.cache
def _one() -> Any:
    return registry().Quantity(1.0, "")


def _names(node: ast.AST) -> set[str]:
    match node:
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=int() | float() as power)) if (
            abs(power) > _LARGEST_POWER
        ):
            raise FormulaError(f"指数 {power} 过大", f"the power {power} is too large")
        case ast.BinOp(op=ast.Pow(), right=right) if not isinstance(right, ast.Constant):
            raise FormulaError("指数应为数", "a power must be a number")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _names(left) | _names(right)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _names(operand)
        case ast.Name(id=name):
            return {name}
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return set()
        case ast.Call(func=ast.Name(id=name), args=[_, *rest] as arguments, keywords=[]) if (
            name in _FUNCTIONS and bool(rest) == (name != "exp")
        ):
            return set().union(*(_names(argument) for argument in arguments))
    raise FormulaError(f"不允许的写法：{ast.unparse(node)}", f"not allowed: {ast.unparse(node)}")


def _powers(node: ast.AST) -> dict[str, float] | None:
    """Power of each name where the formula is a plain product; None where it is not."""
    match node:
        case ast.Name(id=name):
            return {name: 1.0}
        case ast.Constant():
            return {}
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            one, other = _powers(left), _powers(right)
            if one is None or other is None:
                return None
            sign = 1.0 if isinstance(op, ast.Mult) else -1.0
            return {name: one.get(name, 0.0) + sign * other.get(name, 0.0) for name in {*one, *other}}
    return None


def _unit(node: ast.AST, quantities: Mapping[str, Any]) -> Any:
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            return _same(_unit(left, quantities), _unit(right, quantities), node)
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int() | float() as power)):
            return _unit(left, quantities) ** power
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            return _BINARY[type(op)](_unit(left, quantities), _unit(right, quantities))
        case ast.UnaryOp(operand=operand):
            return _unit(operand, quantities)
        case ast.Name(id=name):
            return quantities[name]
        case ast.Constant():
            return _one()
        case ast.Call(func=ast.Name(id="min" | "max"), args=arguments):
            found = [_unit(argument, quantities) for argument in arguments]
            return functools.reduce(lambda one, other: _same(one, other, node), found)
        case ast.Call(args=[argument]):
            return _same(_unit(argument, quantities), _one(), node)
    raise FormulaError(f"不允许的写法：{ast.unparse(node)}", f"not allowed: {ast.unparse(node)}")


def _same(left: Any, right: Any, node: ast.AST) -> Any:
    ratio = left / right
    if not ratio.dimensionless or abs(float(ratio.to("").magnitude) - 1) > 1e-12:
        raise FormulaError(
            f"“{ast.unparse(node)}”两边单位不同（{left.units:~} 与 {right.units:~}）",
            f"'{ast.unparse(node)}' joins different units ({left.units:~} and {right.units:~})",
        )
    return left


def ratio(text: str | float) -> float:
    """A number that may be written as a fraction.

    Examples
    --------
    >>> round(ratio("44/12"), 6)
    3.666667
    """
    formula = Formula(str(text))
    if formula.names:
        raise FormulaError("应为数或分数", "expected a number or a fraction")
    return formula.evaluate({})
