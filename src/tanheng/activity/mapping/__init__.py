"""映射 Unknown sheets: a mapping is suggested, confirmed by the user, kept, and applied again."""
