"""What pages are made of: the header with its trust line, tiles, explanations, the four faces."""
