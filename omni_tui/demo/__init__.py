"""A shop to try everything on: a real mail server, customers who answer, and a store that is thrown away."""
