"""Stage two from pictures to a film: clips with their sound, cards, the soundtrack, the cut."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Semaphore

import numpy as np

from script2movie import subtitles, timeline, timing
from script2movie.backends import Crew
from script2movie.errors import writing
from script2movie.media import artefacts, cards, clips
from script2movie.movie import Movie, Scene, Shot, Transition
from script2movie.pipeline.reel import Reel
from script2movie.pipeline.run import Run
from script2movie.pipeline.speech import with_samples
from script2movie.pipeline.takes import LineTakes
from script2movie.report.findings import Tried
from script2movie.settings import Settings
from script2movie.stages import (
    MIX_RATE,
    SPEECH_RATE,
    STEMS,
    Cue,
    Keyframe,
    Setting,
    Speech,
    TimedSpeech,
    Voice,
)
from script2movie.timeline import Clip

__all__ = ["Cutter", "Film", "Take", "lay_picture"]

TITLE_SECONDS = 2.6
END_SECONDS = 3.4


@dataclass(frozen=True)
class Take:
    """One shot of a finished film.

    `start` is seconds into the film; `speech` has no samples, `spoken` are the artefacts that do;
    `tried` are the takes of its keyframe and its motion, where there was anything to choose.
    """

    scene: Scene
    shot: Shot
    clip: Path
    keyframe: Path
    start: float
    num_frames: int
    speech: TimedSpeech
    spoken: tuple[Path, ...]
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True)
class Film:
    """What a run made. `path` is None where no film was asked for.

    `heard` is what was heard in each line's takes, by shot and line, where more than one was
    allowed. `seconds` and `memory` (peak, in bytes) are what each kind of artefact took when it
    was made; `fingerprints` are the backends', by stage; `remarks` are what they substituted in
    this run.
    """

    path: Path | None
    movie: Movie
    takes: tuple[Take, ...]
    voices: Mapping[str, Voice]
    heard: Mapping[tuple[str, int], LineTakes]
    num_frames: int
    fingerprints: Mapping[str, str]
    seconds: Mapping[str, float]
    memory: Mapping[str, int]
    remarks: tuple[str, ...] = ()


class Cutter:
    """Puts a run's pictures and speech together, and lays what a person wants beside the film."""

    def __init__(
        self, reel: Reel, out: Path, settings: Settings, run: Run, crew: Crew, *, whole: bool
    ) -> None:
        """`whole` is whether there is a film to cut, and not clips alone."""
        self.whole = whole
        self.reel, self.out, self.settings, self.run = reel, out, settings, run
        self.mixer, self.fingerprints = crew.mixer, crew.fingerprints
        self.has_cards = settings.cards and whole

    def takes(
        self,
        keyframes: Mapping[str, Path],
        timed: Mapping[str, TimedSpeech],
        speeches: Mapping[tuple[str, int], Path],
    ) -> tuple[Take, ...]:
        """Where every shot asked for, if it is drawn and its lines are spoken, lies in the film."""
        fps = self.settings.fps
        clock = round(TITLE_SECONDS * fps) if self.has_cards else 0
        takes = []
        for scene, shot in self.reel.filmed:
            if shot.id in self.reel.asked and shot.id in keyframes and shot.id in timed:
                take = Take(
                    scene,
                    shot,
                    self.out.parent / "clips" / f"{shot.id}.mp4",
                    keyframes[shot.id],
                    clock / fps,
                    timing.num_frames(timed[shot.id], fps),
                    timed[shot.id],
                    tuple(speeches[shot.id, number] for number in range(len(shot.dialogue))),
                )
                takes.append(take)
                clock += take.num_frames
        return tuple(takes)

    def prepare(self, takes: Sequence[Take]) -> None:
        """What needs no moving picture: of a whole film, its soundtrack and cards."""
        if self.whole and not self.run.failed:
            self.soundtrack(takes)
            if self.has_cards:
                self.card("title", takes[0].keyframe)
                self.card("end", takes[-1].keyframe)

    def cut(
        self,
        takes: Sequence[Take],
        pictures: Mapping[str, Path],
        voices: Mapping[str, Voice],
        heard: Mapping[tuple[str, int], LineTakes],
    ) -> Film:
        """The clips, and the film where every shot of it is there.

        Raises:
            ShotFailed: some shots failed, in this stage or before.
        """
        # 1. A clip a shot, each made when its picture was
        self.run.refuse_failed()
        # 2. The film
        path = self.film(takes, pictures) if self.whole else None
        frames = sum(take.num_frames for take in takes)
        if self.has_cards:
            frames += round(TITLE_SECONDS * self.settings.fps) + round(
                END_SECONDS * self.settings.fps
            )
        costs = self.run.costs()
        return Film(
            path,
            self.reel.movie,
            tuple(takes),
            voices,
            heard,
            frames,
            self.fingerprints,
            {kind: cost.seconds for kind, cost in costs.items()},
            {kind: cost.peak for kind, cost in costs.items()},
            tuple(self.run.remarks),
        )

    def clips_of(self, takes: Sequence[Take]) -> Callable[[str, Path], None]:
        """Makes the clip of a shot from its picture and lays it beside the film."""
        by_shot = {take.shot.id: take for take in takes}
        free = Semaphore(self.mixer.num_workers)

        def make(shot_id: str, picture: Path) -> None:
            if shot_id in by_shot:
                with free:
                    self.lay_beside(by_shot[shot_id], self.clip(by_shot[shot_id], picture))

        return make

    def clip(self, take: Take, picture: Path) -> Path:
        setting, seed = self.reel.setting(take.scene), self.settings.seed
        samples = round(take.num_frames * MIX_RATE / self.settings.fps)

        def write(path: Path) -> None:
            speech = with_samples(take.speech, take.spoken)
            cue = Cue(setting, speech, samples, sound=take.shot.sound)
            track = self.mixer.track(cue, seed=seed)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".clip.") as scratch:
                clips.join_clip(picture / "picture.mp4", track, path, Path(scratch))

        names = [line.name for line in take.spoken]
        heard = (setting, take.speech, names, take.shot.sound, samples)
        key = (self.mixer.fingerprint, picture.name, heard, seed)
        return self.run.make("clip", ".mp4", key, write)

    def film(self, takes: Sequence[Take], pictures: Mapping[str, Path]) -> Path:
        """Cards, soundtrack, subtitles, the cut; everything under its own name beside `out`."""
        reel = [pictures[take.shot.id] for take in takes]
        cut = [
            Clip(take.shot.id, take.clip, take.start, take.num_frames, take.speech, _entering(take))
            for take in takes
        ]
        if self.has_cards:
            for which, take in (("title", takes[0]), ("end", takes[-1])):
                at = 0 if which == "title" else len(reel)
                picture = self.card(which, take.keyframe)
                reel.insert(at, picture)
                cut.insert(at, self.card_clip(which, picture, take))
        sounds = self.soundtrack(takes)
        for name in ("mix", *STEMS):
            _copy(sounds / f"{name}.wav", self.out.parent / "stems" / f"{name}.wav")
        sound = sounds / "mix.wav"
        stem = self.out.with_suffix("")
        subtitles.write_srt(cut, stem.with_suffix(".srt"))
        subtitles.write_vtt(cut, stem.with_suffix(".vtt"))
        written = stem.with_suffix(".srt") if self.settings.subtitles else None
        metadata = {
            "title": self.reel.movie.title,
            "comment": synthetic_note(self.fingerprints),
            "synthetic": "true",
        }

        def write(path: Path) -> None:
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".stitch.") as scratch:
                parts = [folder / "picture.mp4" for folder in reel]
                has_words = written is not None and written.stat().st_size > 0
                clips.stitch(
                    parts, sound, written if has_words else None, path, Path(scratch), metadata
                )

        key = ([part.name for part in reel], sounds.name, written, metadata)
        film = self.run.once("stitch", ".mp4", key, write)
        _copy(film, self.out)
        timeline.write_otio(self.reel.movie, cut, stem.with_suffix(".otio"), fps=self.settings.fps)
        return self.out

    def card(self, which: str, keyframe: Path) -> Path:
        """A picture folder; the end card names the backends, the metadata their fingerprints."""
        fps, movie = self.settings.fps, self.reel.movie
        if which == "title":
            card = cards.Card(((movie.title, 0.09),), TITLE_SECONDS)
        else:
            named = {stage: getattr(self.settings, stage) for stage in self.fingerprints}
            words = (("The End", 0.075), (synthetic_note(named), 0.03))
            card = cards.Card(words, END_SECONDS)

        def write(folder: Path) -> None:
            plate = artefacts.load(keyframe, Keyframe).picture
            folder.mkdir()
            frames = cards.card_frames(card, plate, fps=fps)
            height, width = plate.shape[:2]
            clips.encode(frames, folder / "picture.mp4", width=width, height=height, fps=fps)

        return self.run.make("card", "", (card, keyframe.name, fps), write)

    def card_clip(self, which: str, picture: Path, take: Take) -> Clip:
        """The card as a clip of its own, for whoever cuts the film anew."""
        fps = self.settings.fps
        seconds = TITLE_SECONDS if which == "title" else END_SECONDS
        count = round(seconds * fps)
        setting = self.reel.setting(take.scene)
        cue = _silence(setting, count, round(count * MIX_RATE / fps), fps)

        def write(path: Path) -> None:
            track = np.zeros((cue.num_samples, 2), np.float32)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".clip.") as scratch:
                clips.join_clip(picture / "picture.mp4", track, path, Path(scratch))

        made = self.run.make("clip", ".mp4", ("card", picture.name, cue.num_samples), write)
        clip = self.out.parent / "clips" / f"{which}.mp4"
        _copy(made, clip)
        start = 0.0 if which == "title" else take.start + take.num_frames / fps
        return Clip("", clip, start, count, cue.speech, Transition.FADE)

    def soundtrack(self, takes: Sequence[Take]) -> Path:
        settings, rate = self.settings, MIX_RATE / self.settings.fps

        def samples(first_frame: int, num_frames: int) -> int:
            return round((first_frame + num_frames) * rate) - round(first_frame * rate)

        def cues() -> Iterator[Cue]:
            clock = 0
            if settings.cards:
                setting = self.reel.setting(takes[0].scene)
                count = round(TITLE_SECONDS * settings.fps)
                yield _silence(setting, count, samples(clock, count), settings.fps)
                clock += count
            for take in takes:
                yield Cue(
                    self.reel.setting(take.scene),
                    with_samples(take.speech, take.spoken),
                    samples(clock, take.num_frames),
                    _entering(take),
                    take.shot.sound,
                )
                clock += take.num_frames
            if settings.cards:
                setting = self.reel.setting(takes[-1].scene)
                count = round(END_SECONDS * settings.fps)
                yield _silence(setting, count, samples(clock, count), settings.fps)

        key = (
            self.mixer.fingerprint,
            [
                (self.reel.setting(t.scene), t.scene.transition, t.shot.id, t.speech, t.num_frames)
                for t in takes
            ],
            [path.name for take in takes for path in take.spoken],
            [take.shot.sound for take in takes],
            (settings.cards, settings.music, settings.fps, settings.seed),
        )

        def write(folder: Path) -> None:
            self.mixer.mix(cues(), folder, music=settings.music, seed=settings.seed)

        return self.run.once("mix", "", key, write)

    def lay_beside(self, take: Take, clip: Path) -> None:
        """`clips/` and `voices/`: a file a shot and a file a line, under names a person reads."""
        _copy(clip, take.clip)
        for number, line in enumerate(take.spoken, 1):
            wav = self.out.parent / "voices" / f"{take.shot.id}_{number}.wav"
            if not _current(wav, line):
                samples = artefacts.load(line, Speech).samples
                with writing(wav):
                    wav.parent.mkdir(parents=True, exist_ok=True)
                    clips.write_wav(samples, wav, SPEECH_RATE)
                    _date(wav, line)


def synthetic_note(backends: Mapping[str, str]) -> str:
    """What the end card and the file's metadata say of where the film comes from."""
    used = "; ".join(f"{stage}: {name}" for stage, name in backends.items())
    return f"A synthetic film. Its pictures and voices were made by script2movie. {used}."


def _entering(take: Take) -> Transition:
    return take.scene.transition if take.shot is take.scene.shots[0] else Transition.CUT


def _silence(setting: Setting, num_frames: int, num_samples: int, fps: int) -> Cue:
    return Cue(setting, TimedSpeech((), num_frames / fps), num_samples, Transition.FADE)


def lay_picture(out: Path, shot_id: str, keyframe: Path) -> None:
    """The storyboard's PNG of a shot, in `storyboard/` beside the film `out`."""
    picture = out.parent / "storyboard" / f"{shot_id}.png"
    if _current(picture, keyframe):
        return
    with writing(picture):
        picture.parent.mkdir(parents=True, exist_ok=True)
        draft = picture.with_name(f".{picture.name}.part")
        clips.write_png(artefacts.load(keyframe, Keyframe).picture, draft)
        _date(draft, keyframe)
        draft.replace(picture)


def _current(path: Path, artefact: Path) -> bool:
    """Whether `path` shows this artefact, and no older or newer one, and is not empty."""
    there = path.stat() if path.exists() else None
    return bool(there and there.st_size and there.st_mtime_ns == artefact.stat().st_mtime_ns)


def _date(path: Path, artefact: Path) -> None:
    """Marks `path` as made from the artefact."""
    stamp = artefact.stat().st_mtime_ns
    os.utime(path, ns=(stamp, stamp))


def _copy(artefact: Path, path: Path) -> None:
    """A copy under `path`, whole or not at all; nothing where it is there already."""
    there, source = (path.stat() if path.exists() else None), artefact.stat()
    if there and (there.st_size, there.st_mtime_ns) == (source.st_size, source.st_mtime_ns):
        return
    draft = path.with_name(f".{path.name}.part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(artefact, draft)
        draft.replace(path)
