import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLES, exampleDocument, exampleSpan, freshExample } from '../../../src/extension/commands/exampleTexts.js';

const KINDS = Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[];

test('the document holds every example as it begins, with what is to be selected of it', () => {
  const text = exampleDocument();
  for (const kind of KINDS) {
    const span = exampleSpan(text, kind)!;
    const fresh = freshExample(kind);
    assert.equal(text.slice(span.start, span.end), fresh.text);
    const { start, end } = fresh.selected;
    assert.match(fresh.text.slice(end), kind === 'denoise' ? /^}\n$/ : /^\)\.length;/);
    assert.equal(start === end, kind === 'suggest');
  }
});

test('an example is found again after it was tried, and what was written around it is no part of it', () => {
  const fresh = exampleDocument();
  const tried = fresh
    .replace('=> )', '=> task.done)')
    .replace('sum - value', 'sum + value')
    .replace('interface', '// mine\ninterface');
  for (const kind of KINDS) {
    const { start, end } = exampleSpan(tried, kind)!;
    const again = tried.slice(0, start) + freshExample(kind).text + tried.slice(end);
    assert.deepEqual(exampleSpan(again, kind), { start, end: start + freshExample(kind).text.length });
    assert.match(again, /\/\/ mine\ninterface Task/);
  }
});

test('other documents are no examples, nor is one without it', () => {
  const { text } = freshExample('suggest');
  for (const other of [
    '',
    `\n${text}`,
    exampleDocument().replace('countDone', 'count'),
    exampleDocument().slice(0, -3),
  ]) {
    assert.equal(exampleSpan(other, 'suggest'), undefined);
  }
});
