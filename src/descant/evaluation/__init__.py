"""(reference, estimate) → figures: one module a suite, over mir_eval; the tables that they print.

`rows` is the form that all figures share; `listen` measures what `descant listen` hears; `figures/` holds the rows of
the last full run.
"""
