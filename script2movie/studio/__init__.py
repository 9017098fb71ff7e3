"""The studio: pages in a browser on which a person makes a film.

    projects   a project is a folder; who owns which, what was changed, by which tab
    history    the versions of a plan: undo and redo
    board      edits of a plan: reorder, split, join, add, delete, change
    dialogue   lines as a person types them
    uploads    what comes from outside: refused, or made harmless and kept
    job        one job and its record
    jobs       long work in its own process, fairly in turn, that outlives the browser
    commands   what is asked of `script2movie` for each kind of work
    runs       MovieBench runs that were scored, opened from disk
    people     who is in a film's story and not in its cast
    costs      what work takes and costs, before it is begun
    questions  short questions to `script2movie`, answered while a page waits
    gate       who may ask the server for what
    serve      opens it all
    desk       what every page works with
    pages/     a file a step; they join components to the functions above, and no more

Work is done by `script2movie` itself, the same commands that a person types, each in a process of
its own: a film made here and one made in a terminal are the same, and one that dies takes nobody
along. Nothing here but `serve`, `desk` and `pages` knows Gradio.
"""
