"""Data sets on disk, read into descant's types. Nothing of their content is part of this package.

Each module is one set: where it is published, under which licence, and a function that reads its items one by one.
"""
