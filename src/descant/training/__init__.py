"""Training: recipes, the harness that runs them, and the export to what is shipped. Needs the extra `[train]`."""
