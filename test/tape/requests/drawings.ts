import type { Drawing } from '../drawing.js';

function drawing(name: string, file: string, language: string, drawn: string): Drawing {
  return { name, file, language, drawn };
}

/** Ordinary places, one language each or one kind of place. */
export const PLACES: readonly Drawing[] = [
  drawing('ts return', 'add.ts', 'typescript', 'export function add(a: number, b: number): number {\n  return │\n}\n'),
  drawing(
    'ts loop body',
    'total.ts',
    'typescript',
    'export function total(items: readonly Item[]): number {\n  let sum = 0;\n  for (const item of items) {\n    │\n  }\n  return sum;\n}\n',
  ),
  drawing(
    'py return',
    'mean.py',
    'python',
    'def average(values):\n    if not values:\n        return None\n    return │\n\n\nprint(average([1, 2, 3]))\n',
  ),
  drawing(
    'py block',
    'files.py',
    'python',
    'import os\n\n\ndef read_lines(path):\n    with open(path) as file:\n        │\n\n\nif __name__ == "__main__":\n    print(read_lines("a.txt"))\n',
  ),
  drawing(
    'md list',
    'notes.md',
    'markdown',
    '# Backup\n\n1. Connect the external disk.\n2. Copy the home folder to │\n3. Disconnect the disk.\n',
  ),
  drawing('json value', 'package.json', 'json', '{\n  "name": "example",\n  "version": │,\n  "private": true\n}\n'),
  drawing('html item', 'list.html', 'html', '<ul>\n  <li>One</li>\n  │\n  <li>Three</li>\n</ul>\n'),
  drawing('css value', 'page.css', 'css', 'body {\n  margin: 0;\n  color: │\n}\n'),
  drawing(
    'rust call',
    'main.rs',
    'rust',
    'fn main() {\n    let names = vec!["a", "b"];\n    for name in │ {\n        println!("{}", name);\n    }\n}\n',
  ),
  drawing(
    'go tabs',
    'main.go',
    'go',
    'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := 0; i < 10; i++ {\n\t\t│\n\t}\n}\n',
  ),
  drawing(
    'c condition',
    'max.c',
    'c',
    'int max(int a, int b) {\n    if (│) {\n        return a;\n    }\n    return b;\n}\n',
  ),
  drawing(
    'java method',
    'Point.java',
    'java',
    'class Point {\n    private final int x;\n\n    int getX() {\n        │\n    }\n}\n',
  ),
];

/** More languages, and places where something special has to happen. */
export const SPECIAL: readonly Drawing[] = [
  drawing('ruby each', 'total.rb', 'ruby', 'def total(items)\n  items.each do |item|\n    │\n  end\nend\n'),
  drawing('shell loop', 'run.sh', 'shellscript', 'for f in *.txt; do\n  echo "$f"\n│\n  rm "$f"\ndone\n'),
  drawing(
    'yaml key',
    'ci.yml',
    'yaml',
    'name: test\non:\n  push:\n    branches: │\njobs:\n  unit:\n    runs-on: ubuntu-latest\n',
  ),
  drawing('sql where', 'users.sql', 'sql', 'SELECT name, age\nFROM users\nWHERE │\nORDER BY name;\n'),
  drawing('dockerfile end', 'Dockerfile', 'dockerfile', 'FROM node:20\nWORKDIR /app\nCOPY . .\n│\n'),
  drawing('makefile', 'Makefile', 'makefile', 'build:\n\tnpm run build\n\ntest:\n\t│\n'),
  drawing('latex item', 'a.tex', 'latex', '\\begin{itemize}\n  \\item One\n│\n  \\item Three\n\\end{itemize}\n'),
  drawing('lua function', 'a.lua', 'lua', 'local function add(a, b)\n  │\nend\nprint(add(1, 2))\n'),
  drawing('json array end', 'sizes.json', 'json', '{\n  "sizes": [\n    1,\n    2,\n│\n  ]\n}\n'),
  drawing('plain text', 'letter.txt', 'plaintext', 'Dear Anna,\n\nthank you for │\n\nBest wishes\n'),
  drawing(
    'crlf',
    'crlf.ts',
    'typescript',
    'function twice(n: number) {\r\n  const result = │\r\n  return result;\r\n}\r\n',
  ),
  drawing(
    'crlf block',
    'block.py',
    'python',
    'def f(items):\r\n    for item in items:\r\n        │\r\n    return None\r\n',
  ),
  drawing('lone returns', 'old.txt', 'plaintext', 'first line\rsecond │\rthird line\r'),
  drawing('emoji', 'emoji.ts', 'typescript', "const faces = ['🙂', '👩‍👩‍👧', '🎉'];\nconsole.log(│);\n"),
  drawing('after emoji', 'after.md', 'markdown', 'Hello 🎉│ and 👩‍👩‍👧 too.\n'),
  drawing('cjk', 'cjk.md', 'markdown', '你好，世界。这是│中文。\n'),
  drawing('accents', 'cafe.py', 'python', '# Übergröße im Café\nnaïve = "│"\nprint(naïve)\n'),
  drawing('middle of a word', 'word.ts', 'typescript', 'const counter = 1;\nconsole.log(cou│nter);\n'),
  drawing('after half a word', 'half.ts', 'typescript', 'const counter = 1;\nconsole.log(cou│);\n'),
  drawing('end of file', 'end.py', 'python', 'def main():\n    print("hello")\n\n\nif __name__ == "__main__":\n    │'),
  drawing('start of file', 'start.py', 'python', '│\n\ndef area(radius):\n    return math.pi * radius ** 2\n'),
  drawing('empty file', 'empty.ts', 'typescript', '│'),
  drawing('only blanks', 'blank.ts', 'typescript', '\n\n   │\n\n'),
  drawing('nothing missing', 'whole.ts', 'typescript', 'const a = 1;│\nconst b = 2;\n'),
  drawing('call arguments', 'max.js', 'javascript', 'const largest = Math.max(│);\nconst smallest = Math.min(a, b);\n'),
  drawing('in a string', 'string.js', 'javascript', "const greeting = 'Hello, │';\nalert(greeting);\n"),
  drawing('in a comment', 'comment.js', 'javascript', '// Adds the │\nfunction add(a, b) {\n  return a + b;\n}\n'),
  drawing('repeating lines', 'same.js', 'javascript', 'log(1);\nlog(1);\nlog(1);\n│\nlog(1);\nlog(1);\n'),
  drawing('already there', 'there.ts', 'typescript', 'let sum = 0;\nfor (const n of list) {\n│\n  sum += n;\n}\n'),
  drawing('byte order mark', 'mark.ts', 'typescript', '\uFEFFconst a = 1;\nconst b = │;\n'),
  drawing('far from both ends', 'long.ts', 'typescript', long()),
];

/** More than a context window on both sides. */
function long(): string {
  const one = (i: number): string =>
    `export function get${i}(values: number[]): number {\n  return values[${i}] ?? ${i % 7};\n}\n\n`;
  const many = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => one(from + i)).join('');
  return `${many(0, 40)}export function get40(values: number[]): number {\n  return │\n}\n\n${many(41, 60)}`;
}

/** What `denoise` is given. */
export const SELECTIONS: readonly Drawing[] = [
  drawing('line', 'line.ts', 'typescript', 'const a = 1;\n⟦const total = a + a * 2;⟧\nconsole.log(total);\n'),
  drawing('pins', 'pins.ts', 'typescript', 'function f(x) {\n  ⟦return ‹Math.max›(x, ‹0›) + 1;⟧\n}\n'),
  drawing('pin at both ends', 'ends.py', 'python', 'def f():\n⟦‹    return› left + right‹  # sum›⟧\n'),
  drawing(
    'block',
    'block.py',
    'python',
    'def area(radius):\n⟦    if radius < 0:\n        raise ValueError("radius")\n    return 3.14 * radius ** 2\n⟧\nprint(area(2))\n',
  ),
  drawing('crlf', 'crlf.ts', 'typescript', 'function f() {\r\n⟦  const a = 1;\r\n  return ‹a› + 2;\r\n⟧}\r\n'),
  drawing('emoji and cjk', 'mixed.md', 'markdown', 'Title\n\n⟦Hello 🎉 and 👩‍👩‍👧: 你好，‹世界›。 naïve café⟧ end\n'),
  drawing('half a word', 'half.ts', 'typescript', 'const count⟦er = val⟧ue + 1;\n'),
  drawing('one character', 'one.ts', 'typescript', 'const a = ⟦1⟧;\n'),
  drawing('blanks only', 'blanks.ts', 'typescript', 'a();\n⟦   \n⟧b();\n'),
  drawing('whole file', 'whole.py', 'python', '⟦x = 1\ny = 2\nprint(x + y)\n⟧'),
  drawing('all pinned', 'pinned.ts', 'typescript', 'a = ⟦‹b + c›⟧;\n'),
  drawing('several windows', 'several.ts', 'typescript', several()),
];

/** A selection of several canvases, with pins at places that lie on windows' edges for some model. */
function several(): string {
  const line = (i: number): string => `  values.push({ name: "item ${i}", size: ${i * 3} + offset });\n`;
  const lines = Array.from({ length: 12 }, (_, i) => (i % 4 === 1 ? line(i).replace('size:', '‹size:›') : line(i)));
  return `const values = [];\nfunction fill(offset) {\n⟦${lines.join('')}⟧}\n`;
}

/** The place of that name. */
export function drawn(name: string): Drawing {
  return named(name, [...PLACES, ...SPECIAL]);
}

/** The selection of that name. */
export function selected(name: string): Drawing {
  return named(name, SELECTIONS);
}

function named(name: string, drawings: readonly Drawing[]): Drawing {
  const found = drawings.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no drawing "${name}".`);
  return found;
}
