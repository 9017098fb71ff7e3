"""Scenes and shots as the stages see them: a scene without its shots, a shot without its sound."""

from dataclasses import dataclass

from script2movie.movie import (
    Appearance,
    CameraMove,
    Framing,
    Light,
    Movie,
    Scene,
    Shot,
    ShotSize,
    Style,
)

__all__ = ["Setting", "View", "setting_of", "view_of"]


@dataclass(frozen=True)
class Setting:
    """A scene without its shots: all that its pictures share."""

    place: str
    interior: bool
    light: Light
    set: str
    description: str
    mood: str
    wardrobe: tuple[tuple[str, str], ...]
    props: tuple[str, ...]
    style: Style


@dataclass(frozen=True)
class View:
    """A shot without its dialogue and sound: all that its picture shows."""

    size: ShotSize
    framing: Framing
    camera_move: CameraMove
    characters: tuple[Appearance, ...]
    plot: str
    background: str
    style_elements: tuple[str, ...]
    take: int = 0


def setting_of(movie: Movie, scene: Scene) -> Setting:
    """The scene without its shots, so that an edited shot changes no other shot's picture."""
    return Setting(
        place=scene.place,
        interior=scene.interior,
        light=scene.light,
        set=scene.set,
        description=scene.description,
        mood=scene.mood,
        wardrobe=scene.wardrobe,
        props=scene.props,
        style=movie.style,
    )


def view_of(shot: Shot) -> View:
    """The shot without its dialogue and sound."""
    return View(
        size=shot.size,
        framing=shot.framing,
        camera_move=shot.camera_move,
        characters=shot.characters,
        plot=shot.plot,
        background=shot.background,
        style_elements=shot.style_elements,
        take=shot.take,
    )
