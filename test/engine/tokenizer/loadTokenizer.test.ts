import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { loadTokenizer } from '../../../src/engine/tokenizer/loadTokenizer.js';
import { type ErrorCode, InfillError } from '../../../src/shared/infillError.js';
import { BUNDLED, checkpointPath, parityFixture, TINY_FP32, tokenizerPath } from '../fixtures.js';
import { processorMs } from '../../processorMs.js';

interface TokenizerFixture {
  readonly texts: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

const tiny = await loadTokenizer(tokenizerPath(TINY_FP32));
const bundled = await loadTokenizer(tokenizerPath(BUNDLED));

describe('ids are those of the reference tokenizer', () => {
  for (const { text, ids } of (parityFixture('tokenizer-tiny') as TokenizerFixture).texts) {
    test(`tiny: ${JSON.stringify(text)}`, () => assert.deepEqual(tiny.encode(text), ids));
  }
  for (const { text, ids } of (parityFixture('tokenizer-real') as TokenizerFixture).texts) {
    test(`bundled: ${JSON.stringify(text)}`, () => assert.deepEqual(bundled.encode(text), ids));
  }
});

describe('ids are those of the reference tokenizer, for the ways in which public checkpoints split text', async () => {
  const fixture = JSON.parse(await readFile(checkpointPath('tokenizers.json'), 'utf8')) as {
    readonly rules: Readonly<Record<string, TokenizerFixture & { readonly checkpoint: string }>>;
  };
  for (const [rule, { checkpoint, texts }] of Object.entries(fixture.rules)) {
    const tokenizer = await loadTokenizer(checkpointPath(`${checkpoint}/tokenizer.json`));
    test(rule, () => {
      for (const { text, ids } of texts) assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
    });
  }
});

describe('bytes', () => {
  const utf8 = (text: string): string => Buffer.from(text).toString('hex');
  const bytesOf = (ids: readonly number[]): string =>
    Buffer.concat(ids.map((id) => bundled.bytesOf(id))).toString('hex');

  test('of the ids of a text are the text', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 }).filter(isSpellable);
    fc.assert(fc.property(text, (each) => assert.equal(bytesOf(bundled.encode(each)), utf8(each))));
  });

  test('decode gives the text back, and knows an empty list', () => {
    assert.equal(
      bundled.decode(bundled.encode(' a . b ,\u{1f469}\u200d\u{1f467} \ufeff')),
      ' a . b ,\u{1f469}\u200d\u{1f467} \ufeff',
    );
    assert.equal(bundled.decode([]), '');
  });

  test('half a character decodes to U+FFFD', () => {
    const [first] = bundled.encode('\u{1f6f8}');
    assert.match(bundled.decode([first!]), /\ufffd/);
  });

  test('what cannot be spelled becomes as many U+FFFD as it has UTF-16 units', () => {
    const text = 'a\u0004b\ud800c\udc00\ud83d\u{50000}d';
    const spelled = bundled.decode(bundled.encode(text));
    assert.equal(spelled, 'a\ufffdb\ufffdc\ufffd\ufffd\ufffd\ufffdd');
    assert.equal(spelled.length, text.length);
  });

  /** The bundled vocabulary lacks six control characters, and U+40000 to U+BFFFF, where nothing is assigned. */
  function isSpellable(text: string): boolean {
    return Array.from(text, (character) => character.codePointAt(0)!).every(
      (point) => ![4, 6, 0x13, 0x14, 0x16, 0x1d].includes(point) && (point < 0x40000 || point > 0xbffff),
    );
  }
});

describe('control tokens', () => {
  test('cannot be produced by text that spells them', () => {
    for (const text of ['<|endoftext|>', '<jupyter_code>', '<empty_output>']) {
      const ids = bundled.encode(text);
      assert.ok(ids.length > 1 && ids.every((id) => id > 16), `${text} -> ${ids.join()}`);
    }
  });

  test('have no bytes and start with nothing', () => {
    for (const id of [0, 13, 16]) assert.equal(bundled.bytesOf(id).length, 0);
    assert.ok(bundled.idsStartingWith(Buffer.from('<')).every((id) => id > 16));
    assert.ok(bundled.idsStartingWith(Buffer.alloc(0)).every((id) => id > 16));
  });
});

describe('idsStartingWith', () => {
  test('finds exactly the ids a scan of the vocabulary finds', () => {
    const starts = fc.oneof(
      fc.integer({ min: 17, max: tiny.vocabularySize - 1 }).map((id) => tiny.bytesOf(id)),
      fc.uint8Array({ minLength: 0, maxLength: 3 }),
    );
    fc.assert(
      fc.property(starts, fc.integer({ min: 0, max: 4 }), (bytes, length) => {
        const start = Buffer.from(bytes.subarray(0, length));
        const scanned = Array.from({ length: tiny.vocabularySize }, (_, id) => id).filter((id) => {
          const own = tiny.bytesOf(id);
          return own.length > 0 && start.equals(own.subarray(0, start.length));
        });
        assert.deepEqual(tiny.idsStartingWith(start), scanned);
      }),
    );
  });

  test('includes the id that is just these bytes', () => {
    const [id] = bundled.encode('return');
    assert.ok(bundled.idsStartingWith(Buffer.from('return')).includes(id!));
  });
});

describe('speed', () => {
  const line = '  const total = items.reduce((sum, item) => sum + item.price * item.count, 0); // cents\n';

  test('a changed line in 20 KB costs much less than the text', () => {
    const text = line.repeat(230);
    bundled.encode(text);
    const best = Math.min(
      ...Array.from({ length: 20 }, (_, i) =>
        timed(() => bundled.encode(`${text.slice(0, 10_000)}${i}${text.slice(10_000)}`)),
      ),
    );
    const cold = timed(() => bundled.encode(text.replaceAll('total', 'amount')));
    assert.ok(best < 5 && best < cold * 2, `best ${best.toFixed(2)} ms, other text ${cold.toFixed(2)} ms`);
  });

  test('20 000 equal letters, blanks or digits are quick', async () => {
    for (const character of ['a', ' ', '7', '\n', '中', '😀']) {
      const ms = await processorMs(() => bundled.encode(character.repeat(20_000)));
      assert.ok(ms < 2000, `${character}: ${ms.toFixed(0)} ms`);
    }
  });

  function timed(work: () => unknown): number {
    const start = performance.now();
    work();
    return performance.now() - start;
  }
});

interface TokenizerJson {
  readonly model: { readonly vocab: Record<string, unknown>; readonly merges: unknown[] };
}

function splitBy(pattern: string): string {
  const split = { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
  const spelling = { type: 'ByteLevel', add_prefix_space: false, use_regex: false };
  return JSON.stringify({ type: 'Sequence', pretokenizers: [split, spelling] });
}

/** The tokenizer with other entries; undefined removes one, and the merges that need it. */
function withVocabulary(changes: Readonly<Record<string, unknown>>): (text: string) => string {
  return (text) => {
    const file = JSON.parse(text) as TokenizerJson;
    return JSON.stringify({ ...file, model: { ...file.model, vocab: { ...file.model.vocab, ...changes } } });
  };
}

function withMerge(merge: unknown, at = 0): (text: string) => string {
  return (text) => {
    const file = JSON.parse(text) as TokenizerJson;
    file.model.merges[at] = merge;
    return JSON.stringify(file);
  };
}

describe('a file that is no tokenizer of this kind', () => {
  const cases: [name: string, change: (text: string) => string, code: ErrorCode, says: RegExp][] = [
    ['is not JSON', (text) => text.slice(0, 100), 'model-corrupt', /not valid JSON/],
    ['has another model', (text) => text.replace('"BPE"', '"Unigram"'), 'model-unsupported', /model\.type/],
    [
      'normalises text',
      (text) => text.replace(/"normalizer": ?null/, '"normalizer":{"type":"NFKC"}'),
      'model-unsupported',
      /normalizer/,
    ],
    [
      'splits by what every object has',
      (text) => text.replace(/"pre_tokenizer": ?\{.*?\}\]\}/s, `"pre_tokenizer":${splitBy('constructor')}`),
      'model-unsupported',
      /pre_tokenizer/,
    ],
    ['is a list', () => '[]', 'model-corrupt', /no description of a tokenizer/],
    ['has an id of 50 million', withVocabulary({ a: 5e7 }), 'model-corrupt', /model\.vocab, "a": the id 50000000/],
    ['has an id that is a text', withVocabulary({ a: '5' }), 'model-corrupt', /model\.vocab, "a": the id "5"/],
    ['has a negative id', withVocabulary({ a: -1 }), 'model-corrupt', /model\.vocab, "a": the id -1/],
    ['has an id twice', withVocabulary({ a: 100, b: 100 }), 'model-corrupt', /the id 100 is that of another token/],
    ['has a merge of tokens that are not there', withMerge('a'), 'model-corrupt', /model\.merges, 0: "a"/],
    ['has a merge of three', withMerge('a b c'), 'model-corrupt', /model\.merges, 0: "a b c"/],
    ['has a merge to what is no token', withMerge('# #'), 'model-corrupt', /model\.merges, 0: "# #"/],
    ['has a merge that is a number', withMerge(5), 'model-corrupt', /model\.merges, 0: 5/],
    ['has a merge in another form than the first', withMerge('t h', 1), 'model-corrupt', /model\.merges, 1: /],
    ['cannot spell a letter', withVocabulary({ A: undefined }), 'model-corrupt', /the byte 65 has no token/],
    ['splits otherwise', (text) => text.replace('"Digits"', '"Whitespace"'), 'model-unsupported', /pre_tokenizer/],
  ];
  for (const [name, change, code, says] of cases) {
    test(name, async () => {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'infill-tokenizer-'));
      const file = path.join(folder, 'tokenizer.json');
      const original = await readFile(tokenizerPath(TINY_FP32), 'utf8');
      await writeFile(file, change(original));
      await assert.rejects(loadTokenizer(file), isError(code, says));
      await rm(folder, { recursive: true });
    });
  }

  test('is missing', () =>
    assert.rejects(loadTokenizer('/nowhere/tokenizer.json'), isError('model-missing', /\/nowhere/)));

  function isError(code: ErrorCode, says: RegExp): (error: unknown) => boolean {
    return (error) =>
      error instanceof InfillError && error.code === code && says.test(error.message) && error.remedy !== '';
  }
});
