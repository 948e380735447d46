"""Live chat: the widget for the shop's pages, what visitors write, and what they are answered."""
