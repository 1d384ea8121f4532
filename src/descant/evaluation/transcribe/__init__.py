"""The suite `transcribe`: performed notes to a written page, and two simple copyists beside the system.

`collections/` makes the passages with their truth; `systems` is the table of what is measured, `baselines/` what it is
held against; each task is a module with a `Task`: on which passages, and by which measure; `suite` runs them all.
"""
