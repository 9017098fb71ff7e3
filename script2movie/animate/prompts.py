"""A shot in the words a video model reads, and its camera move in the way each model takes one.

Pure. Knows the plan's view of a shot; knows no model's code. What nobody may cut (who does what,
how the camera moves) comes first, what may be cut comes last.
"""

from collections.abc import Sequence

from script2movie.generative.prompts import kinds_of, nameless, unsaid
from script2movie.movie import CameraMove, Position
from script2movie.stages import Likeness, View

__all__ = ["CAMERA_LORAS", "NEGATIVE", "motion_bucket", "motion_phrases"]

NEGATIVE = (
    "blurry, distorted face, deformed hands, extra limbs, flicker, jitter, morphing, "
    "subtitles, text, watermark, static frame, low quality"
)

CAMERA = {
    CameraMove.STATIC: "the camera does not move",
    CameraMove.PAN_LEFT: "the camera pans slowly to the left",
    CameraMove.PAN_RIGHT: "the camera pans slowly to the right",
    CameraMove.TILT_UP: "the camera tilts slowly upwards",
    CameraMove.TILT_DOWN: "the camera tilts slowly downwards",
    CameraMove.DOLLY_IN: "the camera moves slowly forwards, closer to the subject",
    CameraMove.DOLLY_OUT: "the camera moves slowly backwards, away from the subject",
    CameraMove.TRUCK_LEFT: "the camera travels sideways to the left",
    CameraMove.TRUCK_RIGHT: "the camera travels sideways to the right",
    CameraMove.ZOOM_IN: "the camera zooms in slowly",
    CameraMove.ZOOM_OUT: "the camera zooms out slowly",
    CameraMove.TRACKING: "tracking shot, the camera follows the subject",
    CameraMove.HANDHELD: "handheld camera with slight natural shake",
}

PLACES = {
    Position.LEFT: "on the left",
    Position.CENTER: "in the middle",
    Position.RIGHT: "on the right",
}

# The published motion LoRAs of AnimateDiff (guoyww/animatediff-motion-lora-*) know eight moves;
# travel is nearest to the pan on its side, a dolly to the zoom. The others have none.
CAMERA_LORAS = {
    CameraMove.PAN_LEFT: "pan-left",
    CameraMove.PAN_RIGHT: "pan-right",
    CameraMove.TILT_UP: "tilt-up",
    CameraMove.TILT_DOWN: "tilt-down",
    CameraMove.DOLLY_IN: "zoom-in",
    CameraMove.DOLLY_OUT: "zoom-out",
    CameraMove.TRUCK_LEFT: "pan-left",
    CameraMove.TRUCK_RIGHT: "pan-right",
    CameraMove.ZOOM_IN: "zoom-in",
    CameraMove.ZOOM_OUT: "zoom-out",
}

# Stable Video Diffusion reads no text: how much moves is all that it can be told, 1 to 255, 127
# being its training set's usual.
STILL, MOVING, RESTLESS = 48, 127, 160
ACTING = 32  # more where somebody does something


def motion_phrases(view: View, cast: Sequence[Likeness] = ()) -> tuple[str, ...]:
    """What moves in the shot, the most important first: people, camera, plot, framing, place.

    Those of `cast` are called by what they are and where they stand, which is what a model sees.
    """
    kinds = kinds_of({one.character: one.looks or "a person" for one in cast})
    if len(view.characters) > 1:
        places = {one.character: PLACES[one.position] for one in view.characters}
        kinds = {name: f"{kind} {places.get(name, '')}".strip() for name, kind in kinds.items()}
    actions = [
        f"{person.character}: {person.action.strip().rstrip('.')}"
        for person in view.characters
        if person.action.strip()
    ]
    said: set[str] = set()
    place = [
        unsaid(" ".join(text.split()), said) for text in (view.background, *view.style_elements)
    ]
    phrases = [
        *actions,
        CAMERA[view.camera_move],
        view.plot,
        f"{view.size.value} shot" if view.size.value not in view.framing.value else "",
        view.framing.value,
        *place,
    ]
    cleaned = (" ".join(phrase.split()).rstrip(".,") for phrase in phrases)
    called = (nameless(phrase, kinds) for phrase in cleaned)
    return tuple(dict.fromkeys(phrase for phrase in called if phrase))


def motion_bucket(view: View) -> int:
    """How much moves, as Stable Video Diffusion is told it."""
    match view.camera_move:
        case CameraMove.STATIC:
            amount = STILL
        case CameraMove.TRACKING | CameraMove.HANDHELD:
            amount = RESTLESS
        case _:
            amount = MOVING
    return amount + (ACTING if any(person.action.strip() for person in view.characters) else 0)
