"""Shots into keyframes. `embedded` puts cut-out people on sets; other files are other systems."""
