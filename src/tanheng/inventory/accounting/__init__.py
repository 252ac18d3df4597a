"""核算 From activity to emissions: keys are resolved to a coefficient sheet, then one join and one exact sum."""
