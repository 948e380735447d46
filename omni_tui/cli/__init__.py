"""The command line: one verb per thing an agent does, and the verbs that run the place.

stdout is data, stderr is narration. ``catalogue`` names every verb and the module that holds it; a module is
imported when its verb is asked for, and imports what is heavy only when it runs.
"""
