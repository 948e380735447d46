"""Finding the servers of an address: only its own domain and the name servers of the system are asked."""
