"""方法 Methods as packs: their format, how they are loaded and built, formulas, and which rules an activity meets."""
