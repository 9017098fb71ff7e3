"""Storyboard 'sdxl-faceid': as 'sdxl-ip-adapter', but a portrait is read for whose face it is.

IP-Adapter FaceID is given insightface's embedding in place of a picture: light, hair and clothes of
the photo do not come with it. FaceID Plus sees the straightened face besides: see `face_id`. FaceID
(h94) and insightface's models may be used for research only.
"""

from functools import cached_property

from script2movie.storyboard.face_id import FaceIdOptions, face_id
from script2movie.storyboard.sdxl_ip_adapter import SdxlIpAdapterStoryboarder

__all__ = ["SdxlFaceIdStoryboarder"]

NAME = "storyboard sdxl-faceid"
EDITION = 1  # raised when the same shot would look different


class SdxlFaceIdStoryboarder(SdxlIpAdapterStoryboarder):
    """Fits `stages.Storyboarder`."""

    Options = FaceIdOptions

    def __init__(self, options: FaceIdOptions) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError."""
        super().__init__(options, NAME, adapter=face_id)

    @cached_property
    def fingerprint(self) -> str:
        return f"sdxl-faceid {EDITION}, {super().fingerprint}"
