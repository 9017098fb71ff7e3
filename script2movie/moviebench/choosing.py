"""Which measures are asked for, by short names, and which of them cannot be measured here.

A published metric without its weights is a line that says which file it needs; asked for by name
it is an error. The embedded ones stand beside it under names of their own, never in its place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from script2movie.errors import BackendUnavailable, DatasetError, SettingsError, WeightsError
from script2movie.moviebench.dataset import Film
from script2movie.moviebench.measures import Measure, ProtocolName
from script2movie.moviebench.measures.identity import Identity
from script2movie.moviebench.measures.motion import (
    DisDynamicDegree,
    DisMotionSmoothness,
    DynamicDegree,
    MotionSmoothness,
)
from script2movie.moviebench.measures.pictures import Aesthetic, ClipScore, Fid, InceptionScore
from script2movie.moviebench.measures.recognisers import ArcFaceRecogniser, VggFaceRecogniser
from script2movie.moviebench.measures.speech import (
    CepstralDistortion,
    VoiceSimilarity,
    WordErrors,
)
from script2movie.moviebench.measures.video import (
    BackgroundConsistency,
    Fvd,
    SubjectConsistency,
)
from script2movie.settings import nearest

__all__ = ["METRICS", "Lacking", "choose"]

Protocols = Literal["paper", "released", "both"]

METRICS = {
    "identity": "characters recognised: precision, recall, F1",
    "clip": "CLIP score",
    "inception": "Inception score",
    "aesthetic": "LAION's aesthetic score",
    "fid": "FID",
    "fvd": "FVD",
    "subject": "subject consistency",
    "background": "background consistency",
    "smoothness": "motion smoothness",
    "dynamic": "dynamic degree",
    "wer": "word error rate",
    "voice": "speaker similarity",
    "mcd": "mel-cepstral distortion",
}


@dataclass(frozen=True)
class Lacking:
    """A metric that cannot be measured here, and what it needs."""

    name: str
    protocol: ProtocolName
    needs: str


def choose(
    asked: Sequence[str], protocols: Protocols, films: Sequence[Film], given: Mapping[str, Path]
) -> tuple[list[Measure], list[Lacking]]:
    """The measures of `asked`, or all that can be measured here where nothing was asked for.

    `given` is where weights lie, by their names. Raises SettingsError for an unknown metric,
    WeightsError or BackendUnavailable for one asked for by name that cannot be measured.
    """
    for name in asked:
        if name not in METRICS:
            raise SettingsError(f"there is no metric '{name}'{nearest(name, METRICS)}")
    sides: tuple[ProtocolName, ...] = ("paper", "released") if protocols == "both" else (protocols,)
    measures: list[Measure] = []
    lacking: list[Lacking] = []
    for protocol in sides:
        for metric, name, new in _makers(protocol, films, given):
            if asked and metric not in asked:
                continue
            try:
                measures.append(new())
            except (WeightsError, BackendUnavailable, DatasetError) as error:
                if asked and not _stands_in(metric):
                    raise
                lacking.append(Lacking(name, protocol, str(error)))
    if not measures:
        raise WeightsError(f"nothing can be measured: {lacking[0].needs}")
    return measures, lacking


def _stands_in(metric: str) -> bool:
    """Whether a metric is measured by an embedded encoder too, under a name of its own."""
    return metric in {"identity", "smoothness", "dynamic", "wer", "voice"}


def _makers(
    protocol: ProtocolName, films: Sequence[Film], given: Mapping[str, Path]
) -> list[tuple[str, str, Callable[[], Measure]]]:
    """Short name, printed name and constructor of every measure of a protocol."""
    both: list[tuple[str, str, Callable[[], Measure]]] = [
        (
            "identity",
            "identity (VGG-Face)",
            lambda: Identity(protocol, films, lambda: VggFaceRecogniser(given)),
        ),
        (
            "identity",
            "identity (ArcFace)",
            lambda: Identity(protocol, films, lambda: ArcFaceRecogniser(given)),
        ),
        ("identity", "identity (dlib)", lambda: Identity(protocol, films)),
        ("clip", "CLIP score", lambda: ClipScore(protocol, given)),
        ("inception", "Inception score", lambda: InceptionScore(protocol, given)),
        ("aesthetic", "aesthetic", lambda: Aesthetic(protocol, given)),
        ("fid", "FID", lambda: Fid(protocol, given)),
        ("fvd", "FVD", lambda: Fvd(protocol, given)),
    ]
    if protocol == "released":
        return both
    return [
        *both,
        ("subject", "subject consistency", lambda: SubjectConsistency(given)),
        ("background", "background consistency", lambda: BackgroundConsistency(given)),
        ("smoothness", "motion smoothness", lambda: MotionSmoothness(given)),
        ("smoothness", "motion smoothness (DIS flow)", DisMotionSmoothness),
        ("dynamic", "dynamic degree", lambda: DynamicDegree(given)),
        ("dynamic", "dynamic degree (DIS flow)", DisDynamicDegree),
        ("wer", "WER", lambda: WordErrors(given, embedded=False)),
        ("wer", "WER (Whisper tiny.en)", lambda: WordErrors(given, embedded=True)),
        ("voice", "SIM-o", lambda: VoiceSimilarity(given, embedded=False)),
        (
            "voice",
            "similarity (Resemblyzer)",
            lambda: VoiceSimilarity(given, embedded=True),
        ),
        ("mcd", "MCD", CepstralDistortion),
    ]
