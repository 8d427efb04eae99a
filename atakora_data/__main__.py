"""`python -m atakora_data`."""

import io
import sys

from atakora_data.cli.main import main

for stream in (sys.stdout, sys.stderr):
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # a message is told whatever the terminal can show
sys.exit(main(sys.argv[1:]))
