"""Stills into motion: one file per animator, and the parts of the embedded one."""
