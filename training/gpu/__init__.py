"""Half an hour of one GPU on a bare machine."""
