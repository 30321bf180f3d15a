import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eolOf, indentUnitOf } from '../../../src/atCursor/textForm.js';
import { documentContext } from '../../../src/cli/input/documentContext.js';
import { languageOfFile } from '../../../src/cli/input/languageOfFile.js';

void describe('the context of a hole', () => {
  it('is the text around it', () => {
    const context = documentContext('let a = 1;\r\n\tb();\r\n', { start: 8, end: 9 }, 'typescript');
    assert.deepEqual(context, {
      prefix: 'let a = ',
      prefixOffset: 0,
      suffix: ';\r\n\tb();\r\n',
      languageId: 'typescript',
      eol: '\r\n',
      indentUnit: '\t',
    });
  });

  it('of a very long text is a part that splits no character', () => {
    const text = '😀'.repeat(50_000);
    for (const at of [60_000, 60_002]) {
      const { prefix, prefixOffset, suffix } = documentContext(text, { start: at, end: at }, 'plaintext');
      assert.ok(prefix.length >= 8000 && prefix.length < 40_000);
      assert.equal(prefixOffset + prefix.length, at);
      assert.equal(Buffer.from(prefix + suffix).toString(), prefix + suffix);
      assert.ok(suffix.length >= 8000 && suffix.length < 40_000);
    }
  });

  it('knows the line end and the indentation that are used most', () => {
    assert.deepEqual(['', 'a\nb', 'a\r\nb\r\nc\n', 'a\r\nb\n\n'].map(eolOf), ['\n', '\n', '\r\n', '\n']);
    const python = 'def f():\n    if x:\n        y()\n    z()\n';
    const mixed = 'a {\n  b {\n    c\n  }\n}\n/*\n * text\n */\n';
    assert.deepEqual(['x\ny', python, 'a\n\tb\n\tc', mixed].map(indentUnitOf), ['  ', '    ', '\t', '  ']);
  });

  it('has a language by the name of the file', () => {
    const names = ['a/b.TS', 'x.d.ts', 'Dockerfile', 'a.unknown', 'none', 'C:/d.py', 'n.md'];
    assert.deepEqual(names.map(languageOfFile), [
      'typescript',
      'typescript',
      'dockerfile',
      'plaintext',
      'plaintext',
      'python',
      'markdown',
    ]);
    for (const name of ['constructor', 'a.constructor', '__proto__', 'x.toString']) {
      assert.equal(languageOfFile(name), 'plaintext', name);
    }
  });
});
