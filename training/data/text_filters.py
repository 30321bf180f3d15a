"""The text of one file, cleaned, or the reason why it stays out."""

import re
from collections import Counter

from training.data.languages import CODE, extension, group_of, language_of
from training.data.licence_header import strip_licence_header

SHORTEST, LONGEST = 150, 500_000  # characters
LONGEST_DATA = 40_000  # of formats that hold data when they are long
DATA = ("json", "jsonc", "yaml", "toml", "ini", "properties", "plaintext", "html", "css", "scss", "less", "sql")
PROSE = ("markdown", "plaintext", "restructuredtext", "html")  # one paragraph is often one line

GENERATED = re.compile(
    r"@generated|do not (edit|modify|touch)|don't edit|auto-?generated|automatically generated"
    r"|code generated|file (was|is) generated|generated (by|from|with|using)|autorest",
    re.IGNORECASE,
)
GENERATED_HEAD = 1500  # characters in which a generator says that it was there
COMPILED = re.compile(
    r'exports, "__esModule"|_interopRequire|__importDefault|__importStar|__awaiter\(|__generator\(|__toESM'
    r"|__commonJS|_classCallCheck|__webpack_require__|global, factory\)|sourceMappingURL=|__toCommonJS|_jsxs?\("
    r"|__publicField|System\.register\(|_createElementBlock|ɵɵ|_createVNode|parcelRequire|_extends\(|_typeof\("
    r"|/\*#__PURE__\*/React"
    r"|from ['\"]tslib['\"]|__decorate\(|_asyncToGenerator|regeneratorRuntime|jsxRuntime|_objectSpread"
    r"|from ['\"]react/jsx-runtime['\"]|from ['\"]\./chunk-|babelHelpers"
)
SECRET_HINTS = ("AKIA", "gh", "sk-", "xox", "AIza", "PRIVATE KEY", "eyJ", "glpat-", "sk_live_", "npm_", "pypi-AgE")
SECRET = re.compile(
    r"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|\bsk-[A-Za-z0-9_-]{24,}|xox[baprs]-[0-9A-Za-z-]{10,}"
    r"|AIza[0-9A-Za-z_-]{35}|BEGIN [A-Z ]*PRIVATE KEY|\beyJ[A-Za-z0-9_-]{20,}\.eyJ|glpat-[\w-]{20}"
    r"|sk_live_\w+|npm_[A-Za-z0-9]{36}|pypi-AgE\w+"
)
BLOB = re.compile(r"[A-Za-z0-9+/]{180}")
MAYBE_EMAIL = re.compile(r"@(?!example\.)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,12}\b")
EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+" + MAYBE_EMAIL.pattern + r"(?!\()")
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"


def clean(path, data):
    """Bytes of a file -> (text, None), or (None, why a filter drops it). Lines end in \\n without spaces before it."""
    language = language_of(path)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return None, "not UTF-8"
    code = group_of(language) in CODE
    if "\0" in text:
        return None, "binary"
    if code and GENERATED.search(text[:GENERATED_HEAD]):
        return None, "generated"
    if any(hint in text for hint in SECRET_HINTS) and SECRET.search(text):
        return None, "secret"
    if code or language in ("css", "scss", "less", "vue", "svelte", "yaml", "shellscript", "sql", "toml", "dockerfile"):
        text = strip_licence_header(text)
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n") + "\n"
    text = re.sub(r"\n{4,}", "\n\n\n", text)
    reason = reason_by_shape(text, language)
    if reason is None and extension(path) in (".js", ".mjs", ".cjs", ".jsx") and COMPILED.search(text):
        reason = "compiled"
    return (None, reason) if reason else (without_addresses(text), None)


def reason_by_shape(text, language):
    """Why lengths and characters say that nobody wrote this text, or None."""
    lines, size = text.split("\n"), len(text)
    longest = max(map(len, lines))
    mean_limit, line_limit = (250, 3000) if language in PROSE else (100, 1000)
    if not SHORTEST <= size <= LONGEST or (language in DATA and size > LONGEST_DATA):
        return "size"
    if size / len(lines) > mean_limit or longest > line_limit:
        return "minified"
    if longest > 180 and BLOB.search(text):
        return "blob"
    plain = text.encode("ascii", "ignore")
    letters, digits, spaces = (
        len(plain) - len(plain.translate(None, kind)) for kind in (LETTERS, b"0123456789", b" \n\t")
    )
    visible = size - spaces
    if letters < 0.35 * visible or digits > 0.2 * visible or len(plain) < 0.95 * size:
        return "not text"
    if group_of(language) in CODE and len(lines) > 40:
        common = Counter(line.strip() for line in lines if len(line.strip()) > 3).most_common(1)
        if not common or common[0][1] > 0.25 * len(lines):
            return "table"
    return None


def without_addresses(text):
    """E-mail addresses -> one of example.com; `git@host:` stays."""
    if not MAYBE_EMAIL.search(text):
        return text
    return EMAIL.sub(lambda m: m.group() if m.group().startswith("git@") else "user@example.com", text)
