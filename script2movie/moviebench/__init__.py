"""MovieBench: its data set, and the score of any folder of clips or keyframes made for it.

    dataset     the tree as it is published, read a film at a time
    layout      where a prediction of a shot lies: <movie>/<shot id>.jpg or .mp4
    batch       a split rendered shot for shot
    given       lines and pictures that a batch is given
    casting     the people of a film, ready to be shot
    checking    what is odd about a tree
    statistics  films, scenes, shots, words and seconds, beside the paper's
    frames      which frames of a clip a protocol looks at, and reading them
    metrics/    the maths, one pure function a file
    measures/   a shot into what a metric adds up, an encoder each
    choosing    measures by the names a user types, and what each needs
    scoring     shots looked at, and all that is found
    rows        what shots add up to, with counts and intervals
    comparing   two runs over the same shots
    naming      who is named in each shot, by any annotator (Table 4)
    cloning     how well a speaker speaks with people's own voices (Table 7)
    lines       what is said in shots, from subtitles
    paper       the paper's tables, to stand beside
    rendering   pages, with plots
    drawing     plots as SVG
    report      score.json, a Markdown table, a page

Knows nothing of how films are made: who plans and shoots is given to a batch.
"""
