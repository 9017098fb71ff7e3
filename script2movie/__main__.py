"""`python -m script2movie`, for machines whose PATH lacks the script."""

import sys

from script2movie.cli import main

sys.exit(main())
