"""Programs that run in another package's own environment and speak our protocol (docs/workers.md).

Each is run by that environment's Python as a script: it imports nothing of ours but `protocol`,
which lies beside it and wants only the standard library. None is ever imported here.
"""
