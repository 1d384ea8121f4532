"""The suite `harmony`: what is said of chords, and how well the next one is foreseen.

Each task is a module with a `Task`; `sequences` are the chords of whole pieces, in their splits; `suite` runs them all.
"""
