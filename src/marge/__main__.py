"""`python -m marge` is `marge`."""

from marge.cli.main import main

main(prog_name="marge")
