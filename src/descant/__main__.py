"""`python -m descant` is the command line."""

from descant.cli.main import run

if __name__ == "__main__":
    run()
