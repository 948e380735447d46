"""Ground: cleaning, MIME, HTML to text, quotes, segmentation. Imports nothing of ours."""
