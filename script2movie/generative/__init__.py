"""What every backend that runs a diffusion model shares; knows no stage and no one model.

    checkpoints  a name or a folder into files that are there, whole and of the right kind
    running      where and how thriftily a model runs: the options all such backends have
    model        a pipeline that is loaded once, made thriftier when memory runs out, and freed
    sizes        the sizes that models can make, and pictures fitted to the film's

Importing any of it imports neither torch nor diffusers.
"""
