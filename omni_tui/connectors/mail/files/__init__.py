"""Mail in files: mbox in all its forms, plain or gzip'd, and Maildir. Read as streams, from where one stopped."""
