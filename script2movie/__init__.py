"""script2movie: a synopsis and a cast in, a film and its score out."""

__version__ = "0.1.0"
