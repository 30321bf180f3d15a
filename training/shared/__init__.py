"""What programs of several rooms need: how records are written, where numbers come from, progress."""
