"""核对 Sources set against one another: bottom-up against top-down, and redundant measurements."""
