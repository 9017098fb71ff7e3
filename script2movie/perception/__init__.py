"""What the machine sees and hears: faces, meshes, identities, mattes; words, voices, times.

Each module says what it measures and how well. Models load at first use, run on one thread and
give the same output for the same input on the same machine.
"""
