import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { foreignCharacter, isForeign, ownHiddenCharacters } from '../../../src/engine/text/foreignCharacters.js';

const NOTHING = { prefix: '', suffix: '' };

/** Where the first foreign character of the text at `|` stands, in a document that has none. */
function at(drawn: string, own = ''): number | undefined {
  const [prefix = '', text = '', suffix = ''] = drawn.split('|');
  return foreignCharacter(text, { prefix, suffix }, ownHiddenCharacters({ prefix, suffix }, own));
}

/** Code points of each kind that must not come in. */
const FOREIGN: Readonly<Record<string, readonly number[]>> = {
  controls: [0, 1, 8, 0xb, 0xc, 0xd, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9f],
  'bidirectional controls': [
    ...[0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
    ...[0x2066, 0x2067, 0x2068, 0x2069],
  ],
  'line and paragraph separators': [0x2028, 0x2029],
  'characters of no width': [0xad, 0x34f, 0x180e, 0x200b, 0x200c, 0x200d, 0x2060, 0x2061, 0x2064, 0x206a, 0xfeff],
  fillers: [0x115f, 0x1160, 0x3164, 0xffa0, 0x2800],
  'other blanks': [0xa0, 0x1680, 0x2000, 0x2009, 0x202f, 0x205f, 0x3000],
  'tags and selectors': [0xfe00, 0xfe0e, 0xfe0f, 0xe0001, 0xe0020, 0xe007f, 0xe0100, 0xe01ef],
  'annotations and broken text': [0xfff9, 0xfffa, 0xfffb, 0xfffc, 0xfffd, 0xd800, 0xdfff],
  'private use and no characters': [0xe000, 0xf8ff, 0xf0000, 0x10fffd, 0x378, 0xfdd0, 0xfffe, 0x10ffff],
};
const ALL = Object.values(FOREIGN).flat();
const JOINERS = [0x200c, 0x200d, 0xfe0e, 0xfe0f];
/** Not even where the user has them: they are no characters, and what is made of two of them may be one. */
const NEVER = [0xd, 0xfffd, 0xd800, 0xdfff];

void describe('characters that are not in the text', () => {
  it('may come in: line ends, but no half ones', () => {
    for (const text of ['a\nb', 'a\r\nb', '\r\n\r\n']) {
      assert.equal(foreignCharacter(text, NOTHING, new Set()), undefined);
      assert.equal(isForeign(text, new Set()), false);
    }
    assert.equal(foreignCharacter('a\r\r\nb', NOTHING, new Set()), 1);
    assert.equal(isForeign('\r\n\r', new Set()), true);
  });

  for (const [kind, codes] of Object.entries(FOREIGN)) {
    it(`may not come in: ${kind}`, () => {
      for (const code of codes) {
        const character = String.fromCodePoint(code);
        const name = code.toString(16);
        assert.equal(foreignCharacter(`ab${character}c`, NOTHING, new Set()), 2, name);
        assert.equal(isForeign(`ab${character}c`, new Set()), !JOINERS.includes(code), name);
      }
    });
  }

  it('may come again where they are, on either side or in the selection', () => {
    for (const code of ALL.filter((each) => !NEVER.includes(each))) {
      const character = String.fromCodePoint(code);
      for (const own of [
        ownHiddenCharacters({ prefix: `a${character}`, suffix: '' }),
        ownHiddenCharacters({ prefix: '', suffix: `${character}a` }),
        ownHiddenCharacters(NOTHING, character),
      ]) {
        assert.equal(foreignCharacter(`b${character}c`, NOTHING, own), undefined, code.toString(16));
        assert.equal(isForeign(`b${character}c`, own), false);
        assert.equal(foreignCharacter('\u202D\u2067', NOTHING, own), code === 0x202d ? 1 : 0, 'another one');
      }
    }
  });

  it('may not come again where they are broken, or far away', () => {
    for (const code of NEVER) {
      const character = String.fromCodePoint(code);
      assert.equal(foreignCharacter(character, NOTHING, ownHiddenCharacters(NOTHING, character)), 0);
    }
    const far = `\u202E${'a'.repeat(20_000)}`;
    assert.equal(foreignCharacter('\u202E', NOTHING, ownHiddenCharacters({ prefix: far, suffix: '' })), 0);
  });

  it('are none of what people write', () => {
    const texts = [
      'a\tb\n  c; "é", ñ, Å, ǆ',
      'مرحبا بالعالم، שלום',
      '你好，世界。こんにちは 한국어',
      '😀 👍🏽 🇩🇪 → ≤ ∑ “quotes” — …',
      'e\u0301 \u0915\u094D\u0937',
    ];
    for (const text of texts) assert.equal(foreignCharacter(text, NOTHING, new Set()), undefined, text);
  });
});

void describe('joiners and selectors', () => {
  it('may come in where they join', () => {
    for (const drawn of [
      '|👩‍👩‍👧|', // zero width joiners between emoji
      'a 👩|‍💻 b|', // the first emoji stands there already
      '|🏳️‍|🌈', // the last one does
      '|👩🏽‍🚀|',
      '|❤️ ☁︎ ©️|',
      '|1️⃣ #️⃣|',
      '|می‌خواهم|', // Persian: a zero width non-joiner inside the word
      'می|‌خواهم|',
      '|ක්‍ර श्‌य|', // Sinhala, Devanagari
    ]) {
      assert.equal(at(drawn), undefined, JSON.stringify(drawn));
    }
  });

  it('may not come in elsewhere', () => {
    for (const [drawn, index] of [
      ['|ab‍c|', 2],
      ['|is‌Admin|', 2],
      ['|👩‍|', 2],
      ['👩|‍a|', 0],
      ['|a👩‍|b', 3],
      ['|می‌|', 2],
      ['|می‌x|', 2],
      ['|1️|', 1],
      ['|a️|', 1],
      ['|︎|', 0],
      ['|❤️️|', 2], // a second one
    ] as const) {
      assert.equal(at(drawn), index, JSON.stringify(drawn));
    }
  });
});

void describe('any text', () => {
  const code = fc.oneof(
    fc.constantFrom(...ALL, 0x1f469, 0x1f4bb, 0x645, 0x6cc, 0x61, 0x31, 0x20e3, 0xa),
    fc.integer({ min: 0, max: 0x10ffff }),
  );
  const text = fc.array(code, { maxLength: 12 }).map((codes) => String.fromCodePoint(...codes));

  it('cut at what is foreign has nothing foreign left, and no more was cut than had to be', () => {
    fc.assert(
      fc.property(text, text, text, (prefix, middle, suffix) => {
        const own = ownHiddenCharacters({ prefix, suffix });
        const index = foreignCharacter(middle, { prefix, suffix }, own);
        if (index === undefined) return;
        const kept = middle.slice(0, index);
        // What was cut off may have been what a joiner before it joined; nothing else of the kept is foreign.
        const again = foreignCharacter(kept, { prefix, suffix: middle.slice(index) + suffix }, own);
        assert.equal(again, undefined);
        const [bad = ''] = middle.slice(index);
        assert.ok(!own.has(bad) || bad !== String.fromCodePoint(middle.codePointAt(index)!));
      }),
      { numRuns: 2000 },
    );
  });
});
