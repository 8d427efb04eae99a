"""`python -m atakora_data`."""

import sys

from atakora_data.cli.main import main

sys.exit(main(sys.argv[1:]))
