"""What every backend that runs a diffusion model shares; knows no stage and no one model.

    checkpoints  a name or a folder into files that are there, whole and of the right kind
    adapters     what is put beside a model: IP-Adapters and LoRAs that are whole and fit it
    running      where and how thriftily a model runs: the options all such backends have
    tensors      whether a model finds all of its tensors in its files
    files        what one file says or holds, unread
    model        a pipeline that is loaded once, made thriftier when memory runs out, and freed
    sizes        the sizes that models can make, and pictures fitted to the film's

Importing any of it imports neither torch nor diffusers.
"""
