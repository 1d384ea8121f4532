"""The suite `ears`: each listening model on pieces and a SoundFont that no training has seen, its baseline beside it.

`collections/` makes the recordings with their truth, one module a kind of music; each task is a module with a `Task`:
what is asked for, on which recordings, which systems answer, and by which measure; `suite` runs them all.
"""
