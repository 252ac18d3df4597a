"""官方表 The tables of a guideline as a workbook."""
