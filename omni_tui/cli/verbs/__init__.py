"""One module for each family of verbs; ``cli.catalogue`` says which verb is where."""
