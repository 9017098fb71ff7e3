"""Stage two up to the picture: voices, speech, time, likenesses, keyframes, motion and lips."""

import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Event

import numpy as np
from numpy.typing import NDArray

from script2movie import timing
from script2movie.backends import Crew, open_crew
from script2movie.cache import Cache
from script2movie.errors import ShotFailed
from script2movie.media import artefacts, clips, joins, kept
from script2movie.movie import Character, Line, Movie, OwnFrame, Shot, Style
from script2movie.pipeline.choosing import Chosen, Judge, best_take
from script2movie.pipeline.cutting import Cutter, Film
from script2movie.pipeline.drawing import Drawing, cast_of, seed_of, shelf
from script2movie.pipeline.motion import animate, num_frames
from script2movie.pipeline.reel import Reel
from script2movie.pipeline.refusing import refuse_impossible
from script2movie.pipeline.run import Job, Progress, Run
from script2movie.pipeline.speech import with_samples, without_samples
from script2movie.pipeline.takes import TakeLoop
from script2movie.report.findings import Tried
from script2movie.report.scoring import frame_numbers
from script2movie.settings import Settings
from script2movie.stages import Frame, Keyframe, Likeness, Speech, TimedSpeech, Voice, view_of

__all__ = ["draw_storyboard", "shoot"]


def shoot(
    movie: Movie,
    bank: Sequence[Character],
    out: Path,
    settings: Settings,
    cache: Cache,
    progress: Progress,
    *,
    only: Collection[str] = (),
    frames: Mapping[str, OwnFrame] | None = None,
    cut: bool = True,
) -> Film:
    """Shoots a plan with the people of `bank` into the file `out`, or only the shots `only`.

    `frames` are a person's own in place of drawn keyframes, by shot. Without `cut` the clips are
    all that is made.

    Raises:
        SettingsError: `only` names a shot that the plan lacks.
        BackendRefused: the plan asks for what a backend cannot do; nothing is made.
        ShotFailed: some shots failed; all others are made and kept, and the message lists those.
        OutputError, BackendUnavailable, WeightsError: nothing more can be made.
    """
    reel, run = _reel(movie, settings, only), Run(cache, progress)
    with open_crew(settings) as crew:
        shooter = _Shooter(reel, bank, settings, run, crew)
        judge = Judge([person for person in bank if person.portraits], run)
        drawing = Drawing(reel, out, settings, run, crew.storyboarder, judge, frames or {})
        cutter = Cutter(reel, out, settings, run, crew, whole=reel.whole and cut)
        run.watch(crew)
        # 0. What cannot be done is said before anything is made
        refuse_impossible(reel, shooter.bank, settings, crew, frames or {})
        # 1. A voice for everybody, once for the film
        voices = shooter.cast()
        # 2. Every line spoken
        takes_of_lines = shooter.takes_of_lines()
        speeches = shooter.speak(voices, takes_of_lines)
        crew.speaker.close()
        # 3. When each line starts and how long each shot lasts
        timed = shooter.time(speeches)
        # 4. Everybody's likeness, once for the film
        likenesses = shooter.prepare(drawing.people)
        # 5. A keyframe a shot
        drawn = drawing.draw(likenesses)
        keyframes = {shot_id: chosen.path for shot_id, chosen in drawn.items()}
        crew.storyboarder.close()
        takes = cutter.takes(keyframes, timed, speeches)
        with run.beside(lambda: cutter.prepare(takes)):
            # 6. Motion that is too dear to make with every clip
            animated: dict[str, Chosen] = {}
            if not crew.animator.streams:
                animated = animate(
                    reel, run, crew.animator, settings, drawn, likenesses, timed, judge
                )
                crew.animator.close()
            # 7. Motion and lips, streamed into a picture without sound
            clip = cutter.clips_of(takes)
            filmed = shooter.film(drawn, likenesses, timed, speeches, judge, animated, clip)
        crew.animator.close()
        crew.lip_syncer.close()
        # 8. Clips and film
        pictures = {shot_id: chosen.path for shot_id, chosen in filmed.items()}
        moved = animated or filmed
        tried = {shot_id: (*drawn[shot_id].tried, *moved[shot_id].tried) for shot_id in filmed}
        takes = tuple(replace(take, tried=tried.get(take.shot.id, ())) for take in takes)
        return cutter.cut(takes, pictures, voices, takes_of_lines.heard)


def draw_storyboard(
    movie: Movie,
    bank: Sequence[Character],
    out: Path,
    settings: Settings,
    cache: Cache,
    progress: Progress,
    *,
    only: Collection[str] = (),
    frames: Mapping[str, OwnFrame] | None = None,
) -> dict[str, Path]:
    """The storyboard of the film `out` and no more: each shot's keyframe artefact, by shot.

    A PNG a shot is in `storyboard/` beside `out` as soon as it is drawn; `shoot` finds them all.

    Raises:
        As `shoot`.
    """
    reel, run = _reel(movie, settings, only), Run(cache, progress)
    with open_crew(settings) as crew:
        shooter = _Shooter(reel, bank, settings, run, crew)
        judge = Judge([person for person in bank if person.portraits], run)
        drawing = Drawing(reel, out, settings, run, crew.storyboarder, judge, frames or {})
        run.watch(crew)
        refuse_impossible(reel, shooter.bank, settings, crew)
        drawn = drawing.draw(shooter.prepare(drawing.people))
    run.refuse_failed()
    return {shot_id: one.path for shot_id, one in drawn.items() if shot_id in reel.asked}


def _reel(movie: Movie, settings: Settings, only: Collection[str]) -> Reel:
    if settings.style:
        movie = replace(movie, style=Style(settings.style))
    return Reel.of(movie, settings.fps, only)


class _Shooter:
    """The stages before the cut, each a loop over shots, lines or people."""

    def __init__(
        self,
        reel: Reel,
        bank: Sequence[Character],
        settings: Settings,
        run: Run,
        crew: Crew,
    ) -> None:
        self.reel, self.settings, self.run, self.crew = reel, settings, run, crew
        self.bank = {person.name: person for person in bank}

    def cast(self) -> Mapping[str, Voice]:
        # Only what a voice looks at: a new portrait recasts nobody.
        people = tuple(
            replace(self.bank[member.name], portraits=(), figure="")
            for member in self.reel.movie.cast
        )
        speaker, seed = self.crew.speaker, self.settings.seed

        def write(path: Path) -> None:
            artefacts.save(speaker.cast(people, seed=seed), path)

        key = (speaker.fingerprint, people, seed)
        path = self.run.once("cast", ".voices", key, write)
        return artefacts.load(path, dict[str, Voice])

    def takes_of_lines(self) -> TakeLoop:
        speaker = self.crew.speaker
        names = [n for member in self.reel.movie.cast for n in (member.name, *member.aliases)]
        return TakeLoop(self.run, speaker, names, self.settings.takes or speaker.num_takes)

    def speak(self, voices: Mapping[str, Voice], takes: TakeLoop) -> dict[tuple[str, int], Path]:
        speaker, seed = self.crew.speaker, self.settings.seed
        jobs: dict[tuple[str, int], Job] = {}
        lengths: dict[tuple[str, int], int] = {}
        for _, shot in self.reel.filmed:
            for number, line in enumerate(shot.dialogue):

                def job(line: Line = line, owner: tuple[str, int] = (shot.id, number)) -> Path:
                    return takes.speak(owner, line, voices[line.character], seed)

                jobs[shot.id, number] = job
                lengths[shot.id, number] = len(line.text)
        return self.run.stage(
            "speak", jobs, lambda key: key[0], workers=speaker.num_workers, size=lengths.__getitem__
        )

    def time(self, speeches: Mapping[tuple[str, int], Path]) -> dict[str, TimedSpeech]:
        timed: dict[str, TimedSpeech] = {}
        for _, shot in self.reel.filmed:
            keys = [(shot.id, number) for number in range(len(shot.dialogue))]
            if all(key in speeches for key in keys):
                lines = [artefacts.load(speeches[key], Speech) for key in keys]
                timed[shot.id] = without_samples(timing.time_lines(shot, lines, self.settings.fps))
        return timed

    def prepare(self, names: Collection[str]) -> dict[str, Path]:
        storyboarder = self.crew.storyboarder
        jobs: dict[str, Job] = {}
        for name in sorted(names):

            def job(name: str = name) -> Path:
                # Only what a picture looks at: a new voice sample redraws nothing.
                person = self.bank[name]
                about = person.about if storyboarder.reads_about else ""
                character = replace(person, voice_sample=None, voice="", about=about)

                def write(path: Path) -> None:
                    artefacts.save(storyboarder.prepare(character), path)

                key = (storyboarder.fingerprint, character)
                return self.run.make("prepare", ".likeness", key, write)

            jobs[name] = job
        return self.run.stage("prepare", jobs, lambda name: name)

    def film(
        self,
        keyframes: Mapping[str, Chosen],
        likenesses: Mapping[str, Path],
        timed: Mapping[str, TimedSpeech],
        speeches: Mapping[tuple[str, int], Path],
        judge: Judge,
        animated: Mapping[str, Chosen],
        clip: Callable[[str, Path], None],
    ) -> dict[str, Chosen]:
        """A picture without sound for every shot; `clip` gets each once it is there."""
        settings = self.settings
        load = shelf(likenesses)
        pictures: dict[str, Chosen] = {}
        finished = {shot.id: Event() for _, shot in self.reel.filmed}
        jobs: dict[str, Job] = {}
        for _, shot in self.reel.filmed:

            def job(shot: Shot = shot) -> Path:
                try:
                    pictures[shot.id] = make(shot)
                finally:
                    finished[shot.id].set()
                clip(shot.id, pictures[shot.id].path)
                return pictures[shot.id].path

            def make(shot: Shot) -> Chosen:
                ends = self.reel.joins(shot.id)
                names = cast_of([view_of(shot)], likenesses)
                before = None
                if ends.dissolve_from is not None:
                    if ends.dissolve_from in jobs:
                        finished[ends.dissolve_from].wait()
                    if ends.dissolve_from not in pictures:
                        raise ShotFailed(f"it dissolves from {ends.dissolve_from}, which failed")
                    before = pictures[ends.dissolve_from].path
                spoken = [speeches[shot.id, number] for number in range(len(shot.dialogue))]
                drawn = keyframes[shot.id]

                def take(seed: int) -> Path:
                    def write(path: Path) -> None:
                        keyframe = artefacts.load(drawn.path, Keyframe)
                        speech = with_samples(timed[shot.id], spoken)
                        cast = [load(name) for name in names]
                        frames = self.frames(shot, keyframe, cast, speech, animated, seed)
                        self.write_picture(path, shot, keyframe, cast, frames, speech, before)

                    motion: tuple[object, ...] = (
                        (self.crew.animator.fingerprint, drawn.path.name, view_of(shot)),
                        [likenesses[name].name for name in names],
                        seed,
                    )
                    if shot.id in animated:
                        motion = (animated[shot.id].path.name, drawn.path.name)
                    key = (
                        (motion, self.crew.lip_syncer.fingerprint),
                        (timed[shot.id], [path.name for path in spoken]),
                        (settings.width, settings.height, settings.fps),
                        (ends, before.name if before else None),
                    )
                    return self.run.make("film", "", key, write)

                def judged(path: Path, seed: int) -> Tried:
                    first = round(timing.DISSOLVE * settings.fps) if before is not None else 0
                    count = timing.num_frames(timed[shot.id], settings.fps)
                    numbers = frame_numbers(count, first=first)

                    def frames() -> list[NDArray[np.uint8]]:
                        return list(clips.read_frames(path / "picture.mp4", every=numbers))

                    return judge.judged("film", shot, path, seed, frames)

                own = seed_of(settings.seed, shot)
                most = 1 if shot.id in animated else settings.num_pictures
                return best_take(take, judged, own, most, good_enough=drawn.num_faults)

            moved = self.crew.animator.streams or shot.id in animated
            if shot.id in keyframes and shot.id in timed and moved:
                jobs[shot.id] = job
        workers = self.crew.lip_syncer.num_workers
        if self.crew.animator.streams:
            workers = min(workers, self.crew.animator.num_workers)
        made = self.run.stage("film", jobs, lambda shot_id: shot_id, workers=workers)
        return {shot_id: pictures[shot_id] for shot_id in made}

    def frames(
        self,
        shot: Shot,
        keyframe: Keyframe,
        cast: Sequence[Likeness],
        speech: TimedSpeech,
        animated: Mapping[str, Chosen],
        seed: int,
    ) -> Iterator[Frame]:
        """The shot's moving frames: those that are kept, or made as they are taken."""
        settings = self.settings
        count = num_frames(self.reel, shot, speech)
        if shot.id in animated:
            size = {"width": settings.width, "height": settings.height}
            return islice(kept.load_frames(animated[shot.id].path, **size), count)
        return self.crew.animator.animate(
            keyframe,
            view_of(shot),
            cast,
            speech,
            width=settings.width,
            height=settings.height,
            num_frames=count,
            fps=settings.fps,
            seed=seed,
        )

    def write_picture(
        self,
        folder: Path,
        shot: Shot,
        keyframe: Keyframe,
        cast: Sequence[Likeness],
        frames: Iterator[Frame],
        speech: TimedSpeech,
        before: Path | None,
    ) -> None:
        """A folder with the shot's `picture.mp4` and, where the next dissolves, its `tail.npy`."""
        settings = self.settings
        ends = self.reel.joins(shot.id)
        count = timing.num_frames(speech, settings.fps)
        seed = seed_of(settings.seed, shot)
        synced = self.crew.lip_syncer.sync(
            frames, speech, keyframe.faces, cast, fps=settings.fps, seed=seed
        )
        pictures: Iterable[clips.Picture] = (frame.nv12 for frame in synced)
        if before is not None:
            pictures = joins.dissolve_from(before / "tail.npy", pictures)
        if ends.fade_in or ends.fade_out:
            pictures = joins.fade(
                pictures, num_frames=count, num_in=ends.fade_in, num_out=ends.fade_out
            )
        tail: list[clips.Picture] = []
        folder.mkdir()
        written = clips.encode(
            joins.split_tail(pictures, count, tail),
            folder / "picture.mp4",
            width=settings.width,
            height=settings.height,
            fps=settings.fps,
        )
        if written != count or len(tail) != ends.tail:
            raise ShotFailed(f"the animator gave {written + len(tail)} frames, not {count}")
        if tail:
            whole = io.BytesIO()  # numpy's own writing does not say that a disk is full
            np.save(whole, np.stack(tail))
            (folder / "tail.npy").write_bytes(whole.getbuffer())
