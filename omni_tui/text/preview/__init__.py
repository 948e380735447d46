"""A file in short, as lines or dots for a screen: text, tables, PDF, pictures, mails."""

from omni_tui.text.preview.model import Picture, Preview, Room
from omni_tui.text.preview.read import preview

__all__ = ["Picture", "Preview", "Room", "preview"]
