"""A speaker-diarization-community-1 with random weights in the published layout, for a CPU.

    ENV/bin/python benchmarks/tiny_pyannote.py FOLDER   # ENV has pyannote.audio 4.0
    script2movie voices from-video CLIP --bank DIR --diarizer pyannote \
        --option diarizer.python=ENV/bin/python --option diarizer.checkpoint=FOLDER

Whom it hears is chance. Not among the tests: the package brings some eighty others.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from pyannote.audio import Model
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.embedding import WeSpeakerResNet34
from pyannote.audio.models.segmentation import PyanNet

CONFIG = """\
dependencies:
  pyannote.audio: 4.0.0

pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: VBxClustering
    segmentation: $model/segmentation
    segmentation_batch_size: 8
    embedding: $model/embedding
    embedding_batch_size: 8
    embedding_exclude_overlap: true
    plda: $model/plda

params:
  clustering:
    threshold: 0.6
    Fa: 0.07
    Fb: 0.8
  segmentation:
    min_duration_off: 0.0
"""
SPEAKERS, AT_ONCE = 3, 2  # that the segmentation knows within ten seconds
EMBEDDING, PLDA = 256, 128  # numbers


def main() -> None:
    folder = Path(sys.argv[1])
    torch.manual_seed(0)
    segmentation = PyanNet(lstm={"hidden_size": 16, "num_layers": 1}, linear={"hidden_size": 16})
    segmentation.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=10.0,
        classes=[f"speaker#{number + 1}" for number in range(SPEAKERS)],
        powerset_max_classes=AT_ONCE,
        permutation_invariant=True,
    )
    embedding = WeSpeakerResNet34()
    embedding.specifications = Specifications(Problem.REPRESENTATION, Resolution.CHUNK, 5.0)
    for name, network in (("segmentation", segmentation), ("embedding", embedding)):
        network.build()
        save(network, folder / name / "pytorch_model.bin")
    draw = np.random.default_rng(0)
    (folder / "plda").mkdir(exist_ok=True)
    np.savez(
        folder / "plda/xvec_transform.npz",
        mean1=draw.normal(size=EMBEDDING),
        mean2=draw.normal(size=PLDA),
        lda=draw.normal(size=(EMBEDDING, PLDA)),
    )
    np.savez(
        folder / "plda/plda.npz",
        mu=draw.normal(size=PLDA),
        tr=np.eye(PLDA) + 0.01 * draw.normal(size=(PLDA, PLDA)),
        psi=np.sort(draw.uniform(0.1, 5, PLDA))[::-1],
    )
    (folder / "config.yaml").write_text(CONFIG)


def save(network: Model, path: Path) -> None:
    """As Lightning saves it, without what only training needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = {
        "pytorch-lightning_version": "2.6.0",
        "state_dict": network.state_dict(),
        "hyper_parameters": dict(network.hparams),
        "hparams_name": "kwargs",
    }
    network.on_save_checkpoint(checkpoint)
    versions = checkpoint["pyannote.audio"]["versions"]
    versions["torch"] = torch.__version__  # a TorchVersion, as in theirs
    torch.save(checkpoint, path)


if __name__ == "__main__":
    main()
