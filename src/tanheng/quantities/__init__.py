"""量 Quantities: units, gases and exact rounding. Uses `errors` only."""

from tanheng.quantities.units import Unit, convert, gases, multiplier, parse_unit, read_rows

__all__ = ["Unit", "convert", "gases", "multiplier", "parse_unit", "read_rows"]
