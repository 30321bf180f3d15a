"""A table in Markdown."""


def markdown_table(head, body):
    """Cells of the head, and of each row -> lines"""
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body)]
