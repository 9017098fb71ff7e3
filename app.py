"""Opens the studio in a browser: python app.py, with the options of `script2movie ui`."""

import sys

from script2movie.cli import main

if __name__ == "__main__":
    sys.exit(main(["ui", *sys.argv[1:]]))
