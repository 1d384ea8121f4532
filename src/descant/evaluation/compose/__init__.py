"""The suite `compose`: how well written music foresees music that it has not seen.

Each task is a module with a `Task`; `suite` runs them all.
"""
