"""The suite `compose`: how well models foresee music that they have not seen, and what they write themselves.

Each task is a module with a `Task`; `suite` runs them all.
"""
