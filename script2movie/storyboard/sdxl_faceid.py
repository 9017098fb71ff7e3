"""Storyboard 'sdxl-faceid': as 'sdxl-ip-adapter', but a portrait is read for whose face it is.

IP-Adapter FaceID is given insightface's embedding in place of a picture: light, hair and clothes of
the photo do not come with it. FaceID (h94) and insightface's models may be used for research only.
"""

from functools import cached_property

from script2movie.storyboard.ip_adapters import FaceId, FaceIdOptions
from script2movie.storyboard.sdxl_ip_adapter import SdxlIpAdapterStoryboarder

__all__ = ["SdxlFaceIdStoryboarder"]

NAME = "storyboard sdxl-faceid"
EDITION = 1  # raised when the same shot would look different


class SdxlFaceIdStoryboarder(SdxlIpAdapterStoryboarder):
    """Fits `stages.Storyboarder`."""

    Options = FaceIdOptions

    def __init__(self, options: FaceIdOptions) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError."""
        super().__init__(options, NAME, adapter=FaceId)

    @cached_property
    def fingerprint(self) -> str:
        return f"sdxl-faceid {EDITION}, {super().fingerprint}"
