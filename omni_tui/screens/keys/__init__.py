"""From a key press to the name of an action."""
