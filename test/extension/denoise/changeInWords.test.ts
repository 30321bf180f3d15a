import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeInWords } from '../../../src/extension/denoise/changeInWords.js';
import { plainLocalizer } from '../plainLocalizer.js';

const inWords = (before: string, text: string, confidence?: number): string =>
  changeInWords(
    { span: { start: 0, end: before.length }, before, text, ...(confidence === undefined ? {} : { confidence }) },
    plainLocalizer,
  );

test('says what becomes what, what is put in and what is taken out', () => {
  assert.equal(inWords('-', '+'), '“-” becomes “+”');
  assert.equal(inWords('-', '+', 0.934), '“-” becomes “+”, confidence 93%');
  assert.equal(inWords('', 'not '), '“not ” is inserted');
  assert.equal(inWords('more ', ''), '“more ” is removed');
});

test('several lines are one, with their line ends and tabs to be seen', () => {
  assert.equal(inWords('a\r\n\tb', 'c\n'), '“a\\r\\n\\tb” becomes “c\\n”');
});

test('blanks at an end are told only where they are what changes', () => {
  assert.equal(inWords(' - ', ' + '), '“-” becomes “+”');
  assert.equal(inWords('\n  a', '\n  b'), '“a” becomes “b”');
  assert.equal(inWords('  a', ' a'), '“ a” becomes “a”');
  assert.equal(inWords('  ', ' '), '“  ” becomes “ ”');
  assert.equal(inWords('', ' x'), '“ x” is inserted');
});

test('long texts are cut around where they differ', () => {
  const common = 'const everything = await someFunctionOfTheProject(';
  assert.equal(
    inWords(`${common}first, second);`, `${common}second, first);`),
    '“…Project(first, second);” becomes “…Project(second, first);”',
  );
  const long = inWords('x', 'y'.repeat(200));
  assert.equal(long, `“x” becomes “${'y'.repeat(32)}…”`);
  // No character is cut in half.
  assert.equal(inWords('', '😀'.repeat(40)), `“${'😀'.repeat(32)}…” is inserted`);
});

test('what the model wrote is no link of the message, nor part of one that follows', () => {
  const link = ' [Accept](command:infill.acceptProposal)';
  // As VS Code finds links in notifications.
  const labels = (message: string): string[] =>
    [...message.matchAll(/\[([^\]]+)\]\((?:https?:\/\/|command:|file:)[^)\s]+\)/gi)].map(([, label = '']) => label);
  for (const text of ['[x](command:evil)', 'values[', '[a] [b', '](command:evil)', '[[', 'x[0]']) {
    assert.deepEqual(labels(inWords('-', text) + link), ['Accept'], text);
  }
  assert.equal(inWords('i', 'x[0]'), '“i” becomes “x[0]”');
});

test('what acts instead of being seen is made visible', () => {
  assert.equal(inWords('a', 'a\u202eb'), '“a” becomes “a\\u202eb”');
});
