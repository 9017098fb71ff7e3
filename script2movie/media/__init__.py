"""Files and arrays: artefacts, pictures, clips and the cut. Knows no stage's business."""
