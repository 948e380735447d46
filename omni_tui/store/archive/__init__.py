"""Archives: a whole store as text and files, the same bytes for the same content whichever engine held it."""
