"""The small public half: takes webhooks in, keeps them until an engine has fetched them, and knows nothing else."""
