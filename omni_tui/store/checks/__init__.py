"""What can be wrong inside a store: each check finds it, and where that can be done, mends it."""
