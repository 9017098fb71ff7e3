"""Title and end cards: words over a still, composed by moviepy into NV12 frames.

The only module that imports moviepy.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from script2movie.media import nv12

__all__ = ["Card", "card_frames"]

Picture = NDArray[np.uint8]

MARGIN = 0.1  # of the frame's width that stays free of words on either side
LEADING = 1.3  # line height over font size
DARK = 0.34  # of the light of the still behind the words


@dataclass(frozen=True)
class Card:
    """Words on a card: `paragraphs` are (text, height of its letters as a share of the frame)."""

    paragraphs: tuple[tuple[str, float], ...]
    seconds: float
    fade: float = 0.6  # seconds in which the words come and the picture goes


def card_frames(card: Card, plate: Picture, *, fps: int) -> Iterator[Picture]:
    """The card's frames as NV12: the plate, dark and soft, with the words coming up over it.

    plate  (H, W, 3) RGB; H and W are even and the size of the film
    """
    # 0.3 s: only when a card is made
    from moviepy import CompositeVideoClip, ImageClip  # type: ignore[import-untyped]

    height = plate.shape[0]
    soft = cv2.GaussianBlur(plate, (0, 0), height / 40)
    shade = (soft * DARK).astype(np.uint8)
    words, corner = _words(card, plate.shape[1], height)
    layers = [ImageClip(shade, duration=1), ImageClip(words, duration=1).with_position(corner)]
    with CompositeVideoClip(layers) as clip:
        written = nv12.from_rgb(np.ascontiguousarray(clip.get_frame(0)))
    bare = nv12.from_rgb(shade)
    num_frames = round(card.seconds * fps)
    for number in range(num_frames):
        # Composing each frame anew takes 60 ms: two stills, mixed and dimmed, look the same.
        edge = min(number, num_frames - 1 - number) / fps
        share = min(1.0, edge / card.fade)
        yield written if share == 1 else nv12.dim(nv12.mix(bare, written, share), share)


def _words(card: Card, width: int, height: int) -> tuple[Picture, tuple[int, int]]:
    """(h, w, 4): the paragraphs, centred, each line inside the margins; and x, y of its corner."""
    picture = Image.new("RGBA", (width, height), (244, 240, 232, 0))
    draw = ImageDraw.Draw(picture)
    lines: list[tuple[str, ImageFont.FreeTypeFont | ImageFont.ImageFont, float]] = []
    for text, share in card.paragraphs:
        font = ImageFont.load_default(max(10, round(share * height)))
        for row in _wrap(text, font, width * (1 - 2 * MARGIN)):
            lines.append((row, font, share * height * LEADING))
        lines.append(("", font, share * height * 0.5))
    top = (height - sum(step for _, _, step in lines[:-1])) / 2
    for text, font, step in lines:
        draw.text((width / 2, top), text, font=font, fill=(244, 240, 232, 255), anchor="ma")
        top += step
    box = picture.getbbox() or (0, 0, width, height)
    return np.asarray(picture.crop(box)), (box[0], box[1])


def _wrap(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, limit: float) -> list[str]:
    """Lines no wider than `limit` pixels; a word that is wider alone is broken."""
    rows = [""]
    for word in text.split():
        piece = word
        while font.getlength(piece) > limit and len(piece) > 1:
            fits = max(
                n for n in range(1, len(piece)) if font.getlength(piece[:n]) <= limit or n == 1
            )
            rows.append(piece[:fits])
            piece = piece[fits:]
        joined = f"{rows[-1]} {piece}".strip()
        if font.getlength(joined) <= limit:
            rows[-1] = joined
        else:
            rows.append(piece)
    return [row for row in rows if row]
