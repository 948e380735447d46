"""The screen with list, thread, panel and composer."""
