"""What is known beside a thread: the customer, articles, the journal."""
