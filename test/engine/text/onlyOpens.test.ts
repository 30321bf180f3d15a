import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onlyOpens, saysNothing } from '../../../src/engine/text/onlyOpens.js';

test('quotes, brackets, marks and keywords say nothing alone', () => {
  const nothing = [
    '"',
    "  '",
    '`',
    '{',
    '[',
    '([',
    '- ',
    '* ',
    '-',
    '#',
    '## ',
    '> ',
    '1.',
    '(a)',
    '//',
    '/**',
    '<',
    '<!--',
    '{ "',
    '@',
  ];
  const words = ['import', 'from', 'const', 'def ', 'class', 'if (', 'for', 'export', '#include <', '@import'];
  for (const text of [...nothing, ...words]) assert.ok(onlyOpens(text), text);
});

test('what closes, what is a whole line and what has a word says something', () => {
  const closing = ['}', '});', ']', '],', ')', '/>', '*/', ' */', '-->', '} else {', '[]', '{}'];
  const whole = ['---', '===', '```', '"""', '#####', '""', "'',", ',', ';', 'return', 'else', 'break', 'pass', 'try'];
  const words = ['import os', 'x', '"name"', '- item', '# Title', '1. First', 'important', 'a.b', '<div>'];
  for (const text of [...closing, ...whole, ...words]) assert.ok(!onlyOpens(text), text);
});

test('a quote that ends the string which the line begins in closes it', () => {
  assert.ok(onlyOpens('`'));
  assert.ok(!onlyOpens('`', '`'));
  assert.ok(onlyOpens('"', '`'));
  assert.ok(onlyOpens('#', '\n'), 'the end of a line comment is no mark');
});

test('blanks say nothing', () => {
  assert.deepEqual(
    ['', ' \t', '- ', 'a'].map((text) => saysNothing(text)),
    [true, true, true, false],
  );
  assert.ok(!onlyOpens(' '));
});
