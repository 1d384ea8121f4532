"""Synthesised recordings with exact labels, made by number: the same number is the same recording everywhere.

Each module is one corpus: which pieces, played by what, recorded how.
"""
