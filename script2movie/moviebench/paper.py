"""The paper's numbers (arXiv 2411.15262, Tables 4, 5 and 7), to stand beside ours."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["COLUMNS", "TABLE_4", "TABLE_5", "TABLE_7", "PaperRow"]

COLUMNS = (
    *("CLIP", "IS", "aesthetic", "FID", "FVD"),
    *("subject", "background", "smoothness", "dynamic"),
    *("P_ID", "R_ID", "F1_ID"),
)
"""Table 5's columns; FID and FVD are better when lower, all others when higher."""


@dataclass(frozen=True)
class PaperRow:
    """A system and its numbers by column; `given_frame` marks one that starts from the film's own
    first frame.
    """

    system: str
    makes: str
    numbers: Mapping[str, float]
    given_frame: bool = False


def _row(system: str, makes: str, *numbers: float | None, given_frame: bool = False) -> PaperRow:
    there = {
        column: number
        for column, number in zip(COLUMNS, numbers, strict=True)
        if number is not None
    }
    return PaperRow(system, makes, there, given_frame)


_NO_VIDEO = (None, None, None, None, None)
TABLE_5 = (
    _row("StoryGen", "keyframes", 20.37, 7.01, 22.46, 16.17, *_NO_VIDEO, 77.00, 1.40, 2.80),
    _row("StoryDiffusion", "keyframes", 21.56, 9.13, 26.08, 11.84, *_NO_VIDEO, 78.17, 37.26, 50.47),
    _row("AutoStory", "keyframes", 20.16, 7.14, 23.87, 18.68, *_NO_VIDEO, 77.61, 41.81, 54.34),
    _row(
        *("DreamVideo", "clips from text", 22.39, 11.63, 19.13, 7.99, 853.36),
        *(88.05, 92.97, 96.19, 69.47, 8.07, 2.43, 3.74),
    ),
    _row(
        *("Magic-Me", "clips from text", 21.52, 10.81, 20.87, 8.63, 789.12),
        *(96.90, 96.31, 98.24, 15.97, 41.30, 5.80, 10.17),
    ),
    _row(
        *("I2VGen-XL", "clips from a picture", 22.39, 8.63, 8.12, 1.77, 512.47),
        *(76.18, 85.38, 96.30, 79.16, 19.41, 10.82, 13.90),
        given_frame=True,
    ),
    _row(
        *("SVD", "clips from a picture", 22.28, 7.36, 11.45, 1.25, 190.48),
        *(92.97, 94.48, 98.17, 84.67, 20.49, 12.54, 15.56),
        given_frame=True,
    ),
    _row(
        *("CogVideoX", "clips from a picture", 22.43, 7.54, 14.16, 1.23, 228.80),
        *(90.37, 93.78, 98.60, 50.42, 24.80, 15.63, 19.17),
        given_frame=True,
    ),
)

TABLE_7 = {
    "YourTTS": (8.41, 0.26, 0.97),
    "xTTS": (8.31, 0.28, 0.98),
    "VALL-E-X": (4.48, 1.25, 0.97),
    "F5-TTS": (3.12, 0.20, 0.98),
}
"""Mel-cepstral distortion in dB, word error rate as the paper prints it, SIM-o."""

TABLE_4 = {
    "MiniCPM-V": (23.0, 66.0, 34.0),
    "Gemini-1.5-pro": (90.0, 76.0, 82.0),
    "GPT-4o": (90.0, 97.0, 93.0),
}
"""Characters named per shot by a vision-language model: precision, recall, F1 in percent."""
