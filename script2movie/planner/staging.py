"""Who stands where: the 180-degree rule. Knows names and sides of the screen, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from script2movie.movie import Appearance, Position

__all__ = ["Sides"]

FACING = {Position.LEFT: Position.RIGHT, Position.RIGHT: Position.LEFT}


@dataclass(frozen=True)
class Sides:
    """Who stands where for the whole scene, from the left of the screen to the right."""

    order: tuple[str, ...]

    @classmethod
    def of(cls, people: Sequence[str]) -> "Sides":
        """The first on the left, the second on the right, all others between them."""
        rest = tuple(people[2:])
        return cls((*people[:1], *rest, *people[1:2]))

    def placed(self, shown: Sequence[str], towards: str = "") -> tuple[Appearance, ...]:
        """Those shown, left to right; `towards` is whom the others look at."""
        row = sorted(shown, key=self.order.index)
        return tuple(self._placed(name, row, towards) for name in row)

    def _placed(self, name: str, row: Sequence[str], towards: str) -> Appearance:
        index = row.index(name)
        if len(row) == 1:
            position = self._own_side(name, towards)
        elif index == 0:
            position = Position.LEFT
        else:
            position = Position.RIGHT if index == len(row) - 1 else Position.CENTER
        facing = FACING.get(position) or self._towards(name, towards)
        return Appearance(name, position=position, facing=facing)

    def _own_side(self, name: str, towards: str) -> Position:
        """In a single a person keeps the side that leaves them room to look."""
        if towards in self.order and towards != name:
            left = self.order.index(name) < self.order.index(towards)
            return Position.LEFT if left else Position.RIGHT
        return Position.RIGHT if name == self.order[-1] and len(self.order) > 1 else Position.LEFT

    def _towards(self, name: str, towards: str) -> Position:
        if towards in self.order and towards != name:
            left = self.order.index(towards) < self.order.index(name)
            return Position.LEFT if left else Position.RIGHT
        return Position.CENTER
