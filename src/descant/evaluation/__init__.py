"""(reference, estimate) → figures: one module a suite, over mir_eval; the tables that they print.

`rows` is the form that all figures share; `listen` measures what `descant listen` hears, `ears` each listening model
beside outside systems (`comparators`); `worst` keeps the items that are worst; `figures/` holds the last full runs.
"""
