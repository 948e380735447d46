"""omni-tui: every customer conversation in one keyboard-driven inbox."""

__version__ = "0.1.0"
