"""What all generative storyboards do around their model: people of the bank in, faces found out.

Knows portraits and recognition; knows no model.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from script2movie.generative.prompts import looks_of
from script2movie.movie import Character
from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import FaceRecogniser
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import certain_faces
from script2movie.stages import Face, Likeness, View
from script2movie.storyboard.portraits import PortraitStudio
from script2movie.storyboard.regions import Region

__all__ = ["CastingRoom", "crowded", "seen_people"]

SMALLEST_FACE = 1 / 18  # of the picture's height


class CastingRoom:
    """Likenesses with portraits, and whose the faces of a drawn picture are."""

    def __init__(self) -> None:
        """Raises WeightsError where a recogniser's weights are not on this machine."""
        self._studio = PortraitStudio()
        self._detector, self._mesh = FaceDetector(), FaceMesh()
        self._recogniser = FaceRecogniser()

    @cached_property
    def fingerprint(self) -> str:
        return "casting 2"

    def likeness(self, character: Character) -> Likeness:
        """Raises BankError where no portrait shows a face."""
        likeness = self._studio.likeness(character, with_portrait=True)
        return replace(likeness, looks=looks_of(character))

    def heads(self, character: Character) -> list[NDArray[np.uint8]]:
        """A square (H, H, 3) of each portrait that shows a face; raises as `likeness`."""
        return self._studio.heads(character)

    def faces(
        self, picture: NDArray[np.uint8], cast: Sequence[Likeness], regions: Sequence[Region]
    ) -> tuple[Face, ...]:
        """Where each planned face is in a drawn picture (H, W, 3), in the plan's order.

        Faces that are there are given to the people whose they are most likely to be, by likeness
        and by place; a person whose face is not found has none.
        """
        wanted = [region for region in regions if region.seen]
        if not wanted:
            return ()
        known = {likeness.character: likeness for likeness in cast}
        smallest = picture.shape[0] * SMALLEST_FACE
        found = certain_faces(picture, self._detector, self._mesh, min_face=smallest)
        if not found:
            return ()
        costs = np.zeros((len(wanted), len(found)))
        for column, face in enumerate(found):
            embedding = self._recogniser.embed(picture, face)
            for row, region in enumerate(wanted):
                away = float(np.hypot(*(_middle(face.box) - _middle(region.face))))
                away /= picture.shape[1]
                unlike = float(np.linalg.norm(known[region.character].embedding - embedding))
                costs[row, column] = unlike + away
        rows, columns = linear_sum_assignment(costs)
        return tuple(
            Face(wanted[row].character, found[column].box)
            for row, column in zip(rows, columns, strict=True)
        )


def _middle(box: tuple[float, float, float, float]) -> NDArray[np.float64]:
    return np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])


def seen_people(view: View) -> list[str]:
    """Whose faces a view shows, each once, in its order."""
    return list(dict.fromkeys(a.character for a in view.characters if not a.back_to_camera))


def crowded(view: View, most: int, backend: str) -> str:
    """Why a model cannot keep apart the faces that a view shows, '' where it can."""
    people = seen_people(view)
    if len(people) <= most:
        return ""
    return (
        f"{backend} keeps at most {most} people apart, and {len(people)} are seen here "
        f"({', '.join(people)}): show fewer in this shot, or choose another --storyboard"
    )
