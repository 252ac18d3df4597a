"""检查 Checks: one file per word of the vocabulary, and the runner that a method hands its list to."""
