"""因子树 The factor tree: leaves, formulas over years and draws, levers, and what they do to the total."""
