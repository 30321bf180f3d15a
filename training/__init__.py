"""How the model is made and measured, and what the engine must compute. README.md says where to begin."""
