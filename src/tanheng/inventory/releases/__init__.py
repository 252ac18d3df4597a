"""发布 Runs and releases: an inventory kept with all that it was made from."""
