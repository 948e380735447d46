"""Customers on the screen: all of them to choose from, one as a card, and what is done to them."""
