"""The inbox in lines: one question at a time, for screen readers and for lines so thin that a screen does not fit."""
