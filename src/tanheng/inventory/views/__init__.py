"""视图 An inventory as tables, comparisons, proofs, workbooks and exchange forms."""
