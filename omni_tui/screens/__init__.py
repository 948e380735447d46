"""The inbox in the terminal: a skin over the desk. Nothing outside this room imports Textual, save the CLI."""
