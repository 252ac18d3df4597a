"""上限 The cap solver: the cheapest levers under a cap, and what an unreachable cap lacks."""
