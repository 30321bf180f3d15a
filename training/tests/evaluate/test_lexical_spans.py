import pytest

from training.evaluate.lexical_spans import comment_spans, masked

CASES = [  # language, text, code with _ for what is none, what people read
    ("python", "a = \"# no\" # yes\nb = '''x\ny'''", "a = ______ _____\nb = ____\n____", ["# yes"]),
    (
        "python",
        'def f():\n    """Says\n    so."""\n    return 1',
        "def f():\n    _______\n__________\n    return 1",
        ['"""Says\n    so."""'],
    ),
    (
        "typescript",
        "a('//', `\n// ${b}`); // c\n/* d\n*/ e",
        "a(____, _\n________); ____\n____\n__ e",
        ["// c", "/* d\n*/"],
    ),
    ("typescript", "x = 'it\\'s'; // it's", "x = _______; _______", ["// it's"]),
    ("yaml", "a: b#c # d\n#!e", "a: b#c ___\n#!e", ["# d"]),
    ("css", "a { b: url(http://c) } /* d */", "a { b: url(http://c) } _______", ["/* d */"]),
    ("sql", "select 1 -- one", "select 1 ______", ["-- one"]),
    ("html", "<p>it's</p><!-- a - b -->", "<p>it's</p>______________", ["<!-- a - b -->"]),
]


@pytest.mark.parametrize(("language", "text", "code", "read"), CASES)
def test_comments_and_strings_are_no_code(language, text, code, read):
    assert masked(text, language).replace("\0", "_") == code
    assert [text[start:end] for start, end in comment_spans(text, language)] == read


def test_of_prose_everything_is_read_but_code_links_and_markup():
    text = "Say `a b` to [x](y z) <b>now</b>.\n\n```js\nno words\n```\n    no\nhttps://a.b c\n"
    read = [text[start:end] for start, end in comment_spans(text, "markdown")]
    assert [each.strip() for each in read if each.strip()] == ["Say", "to [x", "now", ".", "c"]
    assert set(masked(text, "markdown")) == {"\0", "\n"}
