"""What a file is, by its path: VS Code's language id, and the group that the mix of the corpus speaks of."""

import posixpath
import re

BY_EXTENSION = {
    **dict.fromkeys((".ts", ".mts", ".cts"), "typescript"),
    ".tsx": "typescriptreact",
    **dict.fromkeys((".js", ".mjs", ".cjs"), "javascript"),
    ".jsx": "javascriptreact",
    **dict.fromkeys((".py", ".pyi"), "python"),
    **dict.fromkeys((".md", ".markdown", ".mdx"), "markdown"),
    ".rst": "restructuredtext",
    ".txt": "plaintext",
    ".json": "json",
    ".jsonc": "jsonc",
    ".css": "css",
    ".scss": "scss",
    ".less": "less",
    **dict.fromkeys((".html", ".htm"), "html"),
    ".vue": "vue",
    ".svelte": "svelte",
    **dict.fromkeys((".yml", ".yaml"), "yaml"),
    ".toml": "toml",
    ".ini": "ini",
    ".cfg": "properties",
    **dict.fromkeys((".sh", ".bash", ".zsh", ".bats"), "shellscript"),
    ".sql": "sql",
    ".dockerfile": "dockerfile",
    **dict.fromkeys((".mk", ".mak"), "makefile"),
}
BY_NAME = {
    **dict.fromkeys(("dockerfile", "containerfile"), "dockerfile"),
    **dict.fromkeys(("makefile", "gnumakefile"), "makefile"),
    ".editorconfig": "properties",
    **dict.fromkeys((".eslintrc", ".eslintrc.json", ".babelrc", ".swcrc"), "jsonc"),
}
TYPESCRIPT_CONFIGURATION = re.compile(r"(ts|js)config([.-][\w.-]*)?\.json")  # VS Code reads these as JSON with comments
CODE = ("ts", "js", "py")
GROUPS = {
    **dict.fromkeys(("typescript", "typescriptreact"), "ts"),
    **dict.fromkeys(("javascript", "javascriptreact"), "js"),
    "python": "py",
    **dict.fromkeys(("markdown", "plaintext", "restructuredtext"), "doc"),
}
STUB = re.compile(r"\.d\.[cm]?ts$|\.pyi$")


def extension(path):
    """-> with its dot, lower case; "" for a name such as `Dockerfile` or `.babelrc`."""
    return posixpath.splitext(path)[1].lower()


def language_of(path):
    """-> VS Code's id, or None for what does not belong into the corpus."""
    name = posixpath.basename(path).lower()
    if TYPESCRIPT_CONFIGURATION.fullmatch(name):
        return "jsonc"
    return BY_NAME.get(name) or BY_EXTENSION.get(extension(name))


def group_of(language):
    """-> "ts", "js", "py", "doc" (prose), or "conf": markup, styles, configuration, everything else."""
    return GROUPS.get(language, "conf")


def is_stub(path):
    """Declarations without bodies; there is far more of them than a mix of code should have."""
    return bool(STUB.search(path))
