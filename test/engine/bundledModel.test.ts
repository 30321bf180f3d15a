import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Engine } from '../../src/engine/engine.js';
import { BUNDLED } from './fixtures.js';

// Places where the bundled model is sure of a text that its neighbours rule out. What it says there may change with its
// weights; what may not be said stays.
const engine = await Engine.load({ modelPath: BUNDLED, device: 'cpu', threads: 1 });
after(() => engine.dispose());

/** The text for the place marked `│`, '' where nothing is suggested. */
async function fill(languageId: string, drawn: string): Promise<{ readonly text: string; readonly document: string }> {
  const [prefix = '', suffix = ''] = drawn.split('│');
  const indentUnit = /^(?:\t| {4}| {2})(?=\S)/mu.exec(drawn)?.[0] ?? '  ';
  const outcome = await engine.infill({
    context: { prefix, suffix, prefixOffset: 0, languageId, eol: '\n', indentUnit },
    options: {
      steps: engine.recommended.steps,
      maxTokens: 64,
      candidates: 1,
      multiline: 'auto',
      temperature: 0,
      topP: 0.95,
      seed: 0,
      minConfidence: 0,
      trace: false,
    },
  });
  const text = outcome.kind === 'infill' ? outcome.candidates[0]!.text : '';
  return { text, document: prefix + text + suffix };
}

describe('the bundled model does not close what goes on below', () => {
  const cases: readonly (readonly [languageId: string, drawn: string])[] = [
    ['html', '<table>\n<tr>\n<td>1</td>\n<td>2</td>\n<td>3</td>\n│\n<td>4</td>\n</tr>\n</table>\n'],
    [
      'html',
      '<table>\n  <tr>\n    <td>1</td>\n    <td>2</td>\n    <td>3</td>\n  │\n    <td>4</td>\n  </tr>\n</table>\n',
    ],
    [
      'html',
      '<!DOCTYPE html>\n<html>\n<head>\n<title>Page</title>\n│\n<link rel="stylesheet" href="a.css">\n</head>\n<body>\n</body>\n</html>\n',
    ],
    ['vue', '<template>\n  <div>\n    <p>One</p>\n│\n    <p>Three</p>\n  </div>\n</template>\n'],
    ['jinja', '{% for item in items %}\n  <li>{{ item }}</li>\n│\n  <li>last</li>\n{% endfor %}\n'],
    ['ruby', 'if ready\n  start\n│\n  finish\nend\n'],
    ['ruby', 'def total(items)\n  items.each do |item|\n    puts item\n│\n    puts item.name\n  end\nend\n'],
    ['elixir', 'if ready do\n  start()\n│\n  finish()\nend\n'],
    ['lua', 'if ready then\n  start()\n│\n  finish()\nend\n'],
    ['cmake', 'if(WIN32)\n  message("one")\n│\n  message("two")\nendif()\n'],
    ['shellscript', 'for f in *.txt; do\n  echo "$f"\n│\n  rm "$f"\ndone\n'],
    ['shellscript', 'if [ -f a ]; then\n  echo one\n│\n  echo two\nfi\n'],
    ['shellscript', 'for f in *.txt; do\necho "$f"\n│\nrm "$f"\ndone\n'],
    ['latex', '\\begin{itemize}\n  \\item One\n│\n  \\item Three\n\\end{itemize}\n'],
  ];
  for (const [languageId, drawn] of cases) {
    it(`${languageId}: ${drawn.split('\n').slice(0, 3).join(' ')}`, async () => {
      const { text } = await fill(languageId, drawn);
      assert.doesNotMatch(text, /^\s*(?:<\/|end|done|fi\b|\{%-? *end|\\end)/u);
    });
  }
});

describe('the bundled model writes no Markdown into', () => {
  const cases: readonly (readonly [languageId: string, drawn: string])[] = [
    ['dockerfile', 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install\nEXPOSE 3000\nCMD ["npm", "start"]\n│\n'],
    ['dockerfile', 'FROM python:3.12\nCOPY . /app\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n│\n'],
    ['makefile', 'build:\n\tnpm run build\n\ntest:\n\tnpm test\n│\n'],
    ['makefile', 'install:\n\tpip install -r requirements.txt\n│\n'],
    ['ignore', 'node_modules\ndist\n*.log\n│\n'],
  ];
  for (const [languageId, drawn] of cases) {
    it(`${languageId}: ${drawn.split('\n', 1)[0]!}`, async () => {
      const { text } = await fill(languageId, drawn);
      assert.doesNotMatch(text, /```|~~~/u);
    });
  }
});

describe('the bundled model leaves JSON valid', () => {
  const cases: readonly string[] = [
    '{\n  "one": 1,\n│\n  "three": 3\n}\n',
    '[\n  1,\n  2,\n│\n  4\n]\n',
    '{\n  "colors": [\n    "red",\n    "green",\n│\n    "yellow"\n  ]\n}\n',
    '{\n  "sizes": [\n    1,\n    2,\n│\n  ]\n}\n',
    '{\n  "a": true,\n  "b": │\n  "c": false\n}\n',
    '{\n  "one": 1,\n  "two": │\n}\n',
    '{\n  "one": 1,\n  "two": 2│\n}\n',
    '{\n  "files": [\n    "a.js",\n    "b.js"│\n  ]\n}\n',
  ];
  for (const drawn of cases) {
    it(drawn.replaceAll(/\s+/gu, ' '), async () => {
      const { document } = await fill('json', drawn);
      assert.doesNotThrow(() => JSON.parse(document), document);
    });
  }
});
