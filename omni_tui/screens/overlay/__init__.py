"""What opens over the inbox for a moment."""
