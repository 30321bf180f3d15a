"""`infill serve` on many machines: Ray Serve starts it, watches it, and routes each document to where its text was read
before."""
