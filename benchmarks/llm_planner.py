"""How often a model's plans pass the checker, and how far the count of tokens is off.

    python tests/planner/small_model.py            # prints the URL of a small model's server
    python benchmarks/llm_planner.py --base-url URL --model NAME STORY...

For every story: whether the film passed, then its outline, and how many scenes did. The scenes are
those of the embedded planner's outline, so that a model that fails earlier is asked for shots too.
"""

import argparse
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from script2movie.errors import ShotFailed
from script2movie.planner import llm
from script2movie.planner.embedded import EmbeddedPlanner
from script2movie.planner.endpoint import Endpoint, Message, Reply, count_tokens
from script2movie.planner.llm import LLMPlanner
from script2movie.screenplay import read_story
from script2movie.stages import Brief


class Watched(Endpoint):
    """Counts what is asked and compares the estimate of its tokens with what the server read."""

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self.ratios: list[float] = []
        self.cut_off = 0

    def _read(self, completion: object, messages: Sequence[Message]) -> Reply:
        before = self.spent.tokens_in
        reply = super()._read(completion, messages)
        estimate = count_tokens("".join(one["content"] for one in messages))
        self.ratios.append(estimate / max(1, self.spent.tokens_in - before))
        self.cut_off += reply.cut_off
        return reply


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("stories", nargs="+", type=Path)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--answer", type=int, default=8_192)
    parser.add_argument("--context", type=int, default=32_768)
    parser.add_argument("--temperature", type=float, default=0.3)
    typed = parser.parse_args()

    llm.Endpoint = Watched  # type: ignore[attr-defined]
    options = LLMPlanner.Options(
        model=typed.model,
        base_url=typed.base_url,
        answer=typed.answer,
        context=typed.context,
        temperature=typed.temperature,
        timeout=600.0,
    )
    embedded, planner = EmbeddedPlanner(), LLMPlanner(options)
    watched = planner._endpoint
    assert isinstance(watched, Watched)
    passed: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for path in typed.stories:
        story = read_story(path)
        asked["films"] += 1
        try:
            planner.outline(story, (), Brief(), seed=0)
            passed["films"] += 1
            passed["outlines"] += 1
        except ShotFailed as failure:
            passed["films"] += str(failure).startswith("the scenes")
            print(f"{path.name}: {failure}", flush=True)
        outline = embedded.outline(story, (), Brief(), seed=0)
        for number in range(len(outline.scenes)):
            asked["scenes"] += 1
            try:
                planner.scene(outline, number, (), seed=0)
                passed["scenes"] += 1
            except ShotFailed as failure:
                print(f"{path.name}: {failure}", flush=True)
    planner.close()
    embedded.close()
    asked["outlines"] = passed["films"]
    for what, count in asked.items():
        print(f"{what} that passed: {passed[what]} of {count}")
    ratios = sorted(watched.ratios)
    print(planner.account())
    print(f"answers cut off: {watched.cut_off} of {len(ratios)}")
    print(
        f"estimated tokens by those the server read, {len(ratios)} requests: "
        f"{ratios[0]:.2f} to {ratios[-1]:.2f}, median {statistics.median(ratios):.2f}"
    )


if __name__ == "__main__":
    main()
