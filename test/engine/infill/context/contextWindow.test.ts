import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contextWindow, type ContextWindow } from '../../../../src/engine/infill/context/contextWindow.js';
import { suffixAfter } from '../../../../src/engine/infill/context/suffixAfter.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import type { TextContext } from '../../../../src/shared/infillRequest.js';
import { BUNDLED, tokenizerPath } from '../../fixtures.js';
import { processorMs } from '../../../processorMs.js';

const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED));
const LIMITS = { prefix: 511, suffix: 127 };
/** What callers send at least. */
const SENT = 8000;

function contextOf(prefix: string, suffix = '', sent = Infinity): TextContext {
  const prefixOffset = Math.max(0, prefix.length - sent);
  return {
    prefix: prefix.slice(prefixOffset),
    prefixOffset,
    suffix,
    languageId: 'typescript',
    eol: '\n',
    indentUnit: '  ',
  };
}

function windowOf(
  prefix: string,
  suffix = '',
  sent = Infinity,
  limits = LIMITS,
): ContextWindow & { suffixIds: readonly number[] } {
  const context = contextOf(prefix, suffix, sent);
  const { ids: suffixIds } = suffixAfter(suffix, limits.suffix, tokenizer);
  return { ...contextWindow(context, tokenizer, limits.prefix), suffixIds };
}

const code = Array.from({ length: 900 }, (_, i) => `  const value${i} = compute(${i}, "some text");\n`).join('');

describe('prefix', () => {
  test('a short text is taken whole', () => {
    const { prefix, prefixIds } = windowOf('const a = 1;\nlet b');
    assert.equal(prefix, 'const a = 1;\nlet b');
    assert.deepEqual(prefixIds, tokenizer.encode('const a = 1;\nlet b'));
    assert.deepEqual(windowOf('').prefixIds, []);
  });

  test('lone returns are read as the line ends that they are', () => {
    const { prefix, prefixIds, suffixIds } = windowOf('a = 1\rb = 2\r', 'c = 3\r\nd = 4\r');
    assert.equal(prefix, 'a = 1\nb = 2\n');
    assert.deepEqual(prefixIds, tokenizer.encode('a = 1\nb = 2\n'));
    assert.deepEqual(suffixIds, tokenizer.encode('c = 3\nd = 4\n'));
  });

  test('a long one begins at a line start and uses at least half of the tokens', () => {
    const { prefix, prefixIds } = windowOf(code);
    assert.ok(prefix.startsWith('  const value'));
    assert.ok(prefixIds.length <= LIMITS.prefix && prefixIds.length >= LIMITS.prefix / 2, `${prefixIds.length} tokens`);
    assert.ok(code.endsWith(prefix));
  });

  test('typing moves the left edge rarely, and then by at least a quarter of a cell', () => {
    let edges = 0;
    let edge = -1;
    for (let length = 20_000; length < 24_000; length++) {
      const start = length - windowOf(code.slice(0, length), '', SENT).prefix.length;
      if (start === edge) continue;
      assert.ok(start > edge + 128 || edge < 0, `from ${edge} to ${start}`);
      edges++;
      edge = start;
    }
    assert.ok(edges <= 10, `${edges} edges while 4000 characters were typed`);
  });

  test('depends neither on how much text was sent nor on what is far away', () => {
    for (const length of [7_999, 8_000, 12_345, 30_000]) {
      const prefix = code.slice(0, length);
      const whole = windowOf(prefix);
      assert.deepEqual(windowOf(prefix, '', SENT), whole);
      assert.deepEqual(windowOf('x'.repeat(Math.max(0, length - SENT)) + prefix.slice(-SENT), '', SENT), whole);
    }
  });

  test('text of many tokens per character gets a window as full', () => {
    for (const text of [
      '中文字符没有空格'.repeat(2000),
      '😀🎉👩‍👧'.repeat(900),
      '1234567890'.repeat(900),
      '²½'.repeat(4000),
    ]) {
      for (let cut = 0; cut < 40; cut += 2) {
        const { prefixIds } = windowOf(text.slice(0, text.length - cut), '', SENT);
        assert.ok(prefixIds.length <= LIMITS.prefix && prefixIds.length > LIMITS.prefix / 2 - 8, `${prefixIds.length}`);
      }
    }
  });

  test('without line breaks it begins where no character and no CRLF is split', () => {
    for (const filler of ['a', 'ab', 'abc']) {
      for (const unit of ['😀', 'x\r\n']) {
        const { prefix } = windowOf(filler + unit.repeat(5000), '', SENT);
        assert.ok(!/^[\udc00-\udfff\n]/.test(prefix), JSON.stringify(prefix.slice(0, 4)));
      }
    }
  });

  test('CRLF becomes LF', () => {
    const lines = 'if (a) {\r\n  b();\r\n}\r\n';
    assert.equal(windowOf(lines).prefix, lines.replaceAll('\r\n', '\n'));
    assert.deepEqual(windowOf('a', lines).suffixIds, tokenizer.encode(lines.replaceAll('\r\n', '\n')));
  });

  test('a caller who sends little of a long document gets a window over that', () => {
    const context = { ...contextOf('short'), prefixOffset: 123_456 };
    assert.equal(contextWindow(context, tokenizer, LIMITS.prefix).prefix, 'short');
  });
});

describe('suffix', () => {
  test('is its first tokens', () => {
    assert.deepEqual(windowOf('', ');\n}').suffixIds, tokenizer.encode(');\n}'));
    assert.deepEqual(windowOf('', code).suffixIds, tokenizer.encode(code).slice(0, LIMITS.suffix));
    assert.deepEqual(windowOf('').suffixIds, []);
  });
});

test('is a pure function of the request: never more than the limits, prefix a tail of the text', () => {
  const part = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '\n',
      '\r\n',
      '\t',
      '    ',
      'word ',
      '0',
      '中',
      '😀',
      'a'.repeat(700),
      ' '.repeat(300),
      '};\n'.repeat(100),
    ),
  );
  const text = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(''));
  const limits = fc.record({ prefix: fc.integer({ min: 1, max: 600 }), suffix: fc.integer({ min: 0, max: 130 }) });
  fc.assert(
    fc.property(text, text, limits, (prefix, suffix, limit) => {
      const window = windowOf(prefix, suffix, SENT, limit);
      assert.ok(window.prefixIds.length <= limit.prefix && window.suffixIds.length <= limit.suffix);
      assert.ok(prefix.replaceAll('\r\n', '\n').endsWith(window.prefix));
      assert.deepEqual(windowOf(prefix, suffix, SENT, limit), window);
    }),
  );
});

test('10 MB of one letter, of lines and of one line are quick', async () => {
  const size = 10_000_000;
  for (const [name, unit] of Object.entries({ letter: 'a', line: 'let a = 1;\n', words: 'word ', blanks: ' ' })) {
    const text = unit.repeat(size / unit.length);
    windowOf(text.slice(0, -2), text);
    const ms = await processorMs(() => windowOf(text.slice(0, -1), text));
    assert.ok(ms < 500, `${name}: ${ms.toFixed(0)} ms`);
  }
});
