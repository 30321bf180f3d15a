import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUtf8, LARGEST_TEXT, unusable, wellDecoded } from '../../../src/extension/project/usableText.js';

const LINE = 'const total = prices.reduce((sum, price) => sum + price, 0);\n';

test('what a person writes is of use, whatever its length below the limit', () => {
  assert.equal(unusable('', 'typescript'), undefined);
  assert.equal(unusable(LINE.trimEnd(), 'typescript'), undefined);
  assert.equal(unusable(LINE.repeat(2000), 'typescript'), undefined);
  // Data in somebody's source is one long line among others.
  assert.equal(unusable(`${LINE.repeat(100)}const icon = '${'a'.repeat(2000)}';\n`, 'typescript'), undefined);
});

test('what is too large, binary or minified is of none, for that reason', () => {
  assert.equal(unusable(LINE.repeat(Math.ceil(LARGEST_TEXT / LINE.length)), 'typescript'), 'large');
  assert.equal(unusable(`GIF89a\0${LINE}`, 'plaintext'), 'binary');
  assert.equal(unusable(LINE.repeat(200).replaceAll('\n', ''), 'javascript'), 'minified');
  assert.equal(
    unusable(`/*! licence */\n${LINE.repeat(80).replaceAll('\n', ' ')}\n${LINE.repeat(60)}`, 'javascript'),
    'minified',
  );
});

test('a paragraph may be a line where prose is written so', () => {
  const paragraphs = `${'Some words that make a sentence. '.repeat(6)}\n`.repeat(20);
  assert.equal(unusable(paragraphs, 'markdown'), undefined);
  assert.equal(unusable(paragraphs, 'typescript'), 'minified');
});

test('only bytes that are text become text', () => {
  assert.equal(decodeUtf8(Buffer.from('größe = "✓"')), 'größe = "✓"');
  assert.equal(decodeUtf8(Buffer.from('\u{FEFF}a')), 'a');
  assert.equal(decodeUtf8(Buffer.from('größe', 'latin1')), undefined);
  assert.equal(wellDecoded('\u{FEFF}größe'), 'größe');
  assert.equal(wellDecoded('gr\u{FFFD}'), undefined);
});
