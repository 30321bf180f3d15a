"""What the engine must compute: samplers in Python, and the programs that write test/fixtures."""
