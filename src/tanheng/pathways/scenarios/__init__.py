"""情景 Scenarios over a factor tree: their totals, wedges, and exchange with other models."""
