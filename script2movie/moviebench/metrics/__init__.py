"""The maths of MovieBench's metrics: features in, numbers out. One pure function a file.

    clip_score        a text against frames
    inception_score   sure of each frame, unsure of all
    frechet           the distance of two clouds of features: FID, FVD
    aesthetic         a linear head on an embedding
    consistency       frames against the first and the one before: subject, background
    smoothness        frames against what interpolation makes of their neighbours
    dynamic_degree    whether a clip moves
    confusion         who was taken for whom
    cepstral          mel-cepstral distortion
    bootstrap         intervals over shots

Identities are counted by `report.scoring`, words by `perception.words`. Nothing here knows an
encoder, a file or a film.
"""
