"""Voices, mouths and the mix: everything a film's sound and lips are made with."""
