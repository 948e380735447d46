"""What stands beside a thread."""
