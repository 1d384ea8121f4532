"""The command line: one file a command, no musical logic: a notebook does the same with the same functions."""
