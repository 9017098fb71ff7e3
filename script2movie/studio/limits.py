"""What one person may ask of the studio."""

from dataclasses import dataclass

__all__ = ["Limits"]

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Sizes are bytes, lengths characters, times seconds."""

    picture: int = 25 * MEGABYTE
    sound: int = 25 * MEGABYTE
    story: int = 200_000
    plan: int = 8 * MEGABYTE
    samples: int = 60_000_000  # of a recording, all channels: what it takes in memory once decoded
    people: int = 40
    portraits: int = 12  # a person
    film: float = 60 * 60.0
    jobs: int = 6  # waiting or running, a person
    projects: int = 200  # a person

    @property
    def upload(self) -> int:
        """The largest file that is let in at all."""
        return max(self.picture, self.sound, self.plan)
