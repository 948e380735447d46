"""What goes to and comes from the terminal, below the widgets."""
