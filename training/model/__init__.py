"""The networks, their base model and their tokenizer."""
