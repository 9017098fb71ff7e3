"""Tests of what diffusion backends share, and the tiny checkpoints that all their tests load."""
