import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mayOpenBlock, opensBlock } from '../../../src/engine/text/blockOpeners.js';
import { syntaxOf } from '../../../src/engine/text/languageSyntax.js';
import { scanCode, START_OF_CODE } from '../../../src/engine/text/scanCode.js';

function opens(line: string, languageId: string): boolean {
  const syntax = syntaxOf(languageId);
  return opensBlock(scanCode(line, START_OF_CODE, syntax), syntax);
}

void describe('what opens a block', () => {
  it('for sure, so that nothing at its column belongs to it', () => {
    for (const [line, languageId] of [
      ['if (a) {', 'typescript'],
      ['  f(', 'typescript'],
      ['const a = [ // one', 'typescript'],
      ['def f():', 'python'],
      ['else: # otherwise', 'python'],
      ['x = {', 'ruby'],
    ] as const) {
      assert.ok(opens(line, languageId), line);
      assert.ok(mayOpenBlock(line, languageId), line);
    }
  });

  it('only likely, because more may follow at its column', () => {
    for (const [line, languageId] of [
      ['case 1:', 'typescript'], // another case
      ['case 1: // one', 'typescript'],
      ['const f = () =>', 'typescript'],
      ['items:', 'yaml'], // "- one"
      ['if [ "$a" ]', 'shellscript'], // "then"
      ['for a in b', 'shellscript'], // "do"
      ['items.each do |item|', 'ruby'],
      ['<br>', 'html'],
      ['<ul class="a">', 'html'],
      ['<a href="/x">', 'html'],
    ] as const) {
      assert.ok(!opens(line, languageId), line);
      assert.ok(mayOpenBlock(line, languageId), line);
    }
  });

  it('not at all in a string or a comment, in prose, or where the line goes on', () => {
    for (const [line, languageId] of [
      ['const a = 1;', 'typescript'],
      ['f(`', 'typescript'],
      ['f( /* one', 'typescript'],
      ['// f(', 'typescript'],
      ['// () =>', 'typescript'],
      ['f("""', 'python'],
      ['# as follows:', 'python'],
      ['a = b', 'python'],
      ['as follows (', 'markdown'],
      ['as follows:', 'plaintext'],
      ['<img/>', 'html'],
      ['', 'typescript'],
    ] as const) {
      assert.ok(!opens(line, languageId), line);
      assert.ok(!mayOpenBlock(line, languageId), line);
    }
  });
});
