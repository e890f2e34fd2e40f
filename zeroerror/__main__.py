"""`python -m zeroerror` is the command line."""

from zeroerror.cli.main import run

if __name__ == "__main__":
    run()
