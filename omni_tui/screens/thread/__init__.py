"""One conversation, message by message."""
