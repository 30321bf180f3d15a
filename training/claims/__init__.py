"""What papers claim, tried small."""
