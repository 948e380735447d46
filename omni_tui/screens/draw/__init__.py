"""Lines of inked text, and how they become cells."""
