import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Calibration } from '../../../src/engine/contract/recommended.js';
import { holeOf } from '../../../src/engine/infill/context/hole.js';
import type { EndedMiddle } from '../../../src/engine/infill/ending/endedMiddles.js';
import type { EndShare } from '../../../src/engine/infill/ending/likeliestEnd.js';
import type { Decoding } from '../../../src/engine/infill/plan/decoding.js';
import { filtersAt, presentMiddles } from '../../../src/engine/infill/presentMiddles.js';
import { RunRecord } from '../../../src/engine/infill/run/runRecord.js';
import type { TextContext } from '../../../src/shared/infillRequest.js';
import { requestOf } from './requests.js';

/** The chance is a logistic function of the joint probability of the tokens alone. */
const BY_TOKENS: Calibration = { joint: 1, end: 0, constant: 3 };
const WITH_LOOK: Calibration = { ...BY_TOKENS, look: { any: 1, wrong: 2 } };

interface Written {
  readonly tokens: readonly (readonly [text: string, confidence: number])[];
  readonly ends: readonly EndShare[];
}

/** What is presented of what was written, the likeliest end being the first. */
function present(...asked: Parameters<typeof outcomeOf>) {
  const outcome = outcomeOf(...asked);
  return outcome.kind === 'none' ? outcome.reason : outcome.candidates[0]!;
}

/** @param guessed how many of the tokens the model is too unsure of, so that the middle ends before them */
function outcomeOf(
  drawn: string,
  { tokens, ends }: Written,
  calibration: Calibration,
  change: Partial<TextContext> = {},
  minConfidence = 0,
  guessed = 0,
) {
  const middleUpTo = (length: number) => {
    let left = length;
    const kept = tokens.flatMap(([text, confidence]) => {
      const part = text.slice(0, Math.max(0, left));
      left -= text.length;
      return part === '' ? [] : [{ text: part, confidence, step: 0 }];
    });
    return { text: kept.map(({ text }) => text).join(''), tokens: kept, stepsUsed: 1, isWhole: true };
  };
  const [likeliest] = ends;
  const end = likeliest && { ...likeliest, compared: ends };
  const all = middleUpTo(Infinity);
  const ended: EndedMiddle =
    guessed === 0
      ? { middle: middleUpTo(likeliest?.length ?? Infinity), written: all, end }
      : { middle: { ...middleUpTo(0), isWhole: false }, written: middleUpTo(0), end: undefined, guessed: all };
  const hole = holeOf(requestOf(drawn, { minConfidence, trace: false }, change));
  const decoding = { options: hole.options, recommended: { calibration } } as unknown as Decoding;
  const record = new RunRecord(hole.options, {}, { tokenizer: undefined! });
  return presentMiddles({ written: [ended], found: [] }, hole, filtersAt(hole, false), decoding, record);
}
const textOf = (presented: ReturnType<typeof present>) => (typeof presented === 'string' ? presented : presented.text);

void describe('the text that is presented', () => {
  const doubtful: Written = {
    tokens: [
      ['reduce', 0.9],
      ['(', 0.9],
      ['(sum, each)', 0.005],
      [' => 0)', 0.5],
    ],
    ends: [{ length: 24, share: 1 }],
  };

  const chanceOf = (joint: number) => 1 / (1 + Math.exp(-(3 + Math.log(joint))));
  const worthAt = (characters: number, chance: number) => characters * chance - 1 - 2 * (1 - chance);
  const near = (value: number | undefined, expected: number) => {
    assert.ok(Math.abs(value! - expected) < 1e-12, `${String(value)} instead of ${String(expected)}`);
  };

  it('is whole for who asks, and cut before a long doubtful tail for who does not; it says what each is worth', () => {
    const best = present('const a = b.|\n', doubtful, WITH_LOOK);
    assert.ok(typeof best === 'object' && best.unasked !== undefined);
    assert.equal(best.text, 'reduce((sum, each) => 0)');
    near(best.confidence, chanceOf(0.81 * 0.005 * 0.5));
    near(best.worth, worthAt(24, best.confidence));
    assert.equal(best.tokens.map(({ text }) => text).join(''), best.text);
    const { text, confidence, worth } = best.unasked;
    assert.equal(text, 'reduce(');
    near(confidence, chanceOf(0.81));
    near(worth, worthAt(7, confidence));
    assert.equal(best.considered, undefined, 'without a trace');
  });

  it('is the start alone where the whole is less sure than was asked for', () => {
    const best = present('const a = b.|\n', doubtful, WITH_LOOK, {}, 0.5);
    assert.ok(typeof best === 'object');
    assert.deepEqual([best.text, best.unasked], ['reduce(', undefined]);
  });

  it('goes up to its likeliest end where the model does not say what a look costs', () => {
    const best = present('const a = b.|\n', doubtful, BY_TOKENS);
    assert.ok(typeof best === 'object');
    assert.deepEqual([best.text, best.worth, best.unasked], ['reduce((sum, each) => 0)', undefined, undefined]);
  });

  it('goes no further than its likeliest end, behind which the document goes on, whoever asks', () => {
    const written: Written = { tokens: [['Selector', 0.9], ['(', 0.9], ["'.card", 0.95]], ends: [{ length: 9, share: 0.6 }, { length: 15, share: 0.4 }] }; // prettier-ignore
    for (const drawn of ["const card = query|'.card');\n", 'const card = query|\n']) {
      const best = present(drawn, written, WITH_LOOK);
      assert.ok(typeof best === 'object');
      assert.deepEqual([best.text, best.unasked], ['Selector(', undefined]);
    }
  });

  it('goes beyond the likeliest end where only an opening stands before that, and what follows is likely enough', () => {
    const written: Written = {
      tokens: [
        ['"', 0.9],
        ['name', 0.9],
        ['": ', 0.95],
      ],
      ends: [
        { length: 1, share: 0.6 },
        { length: 8, share: 0.4 },
      ],
    };
    assert.equal(textOf(present('{\n  |\n}\n', written, WITH_LOOK, { languageId: 'json' })), '"name":');
  });

  it('is a start that is worth a look though nothing at all is the likeliest end, and nothing where none is', () => {
    const ends = [
      { length: 0, share: 0.4 },
      { length: 6, share: 0.3 },
      { length: 9, share: 0.3 },
    ];
    const likely: Written = { tokens: [['length', 0.9], [' + ', 0.6], ['1', 0.1]], ends }; // prettier-ignore
    assert.equal(textOf(present('a.|\n', likely, WITH_LOOK)), 'length +');
    assert.equal(present('a.|\n', likely, BY_TOKENS), 'empty');
    const unlikely: Written = { tokens: [['length', 0.01]], ends: ends.slice(0, 2) };
    assert.equal(present('a.|\n', unlikely, WITH_LOOK), 'empty');
  });

  it('is none of its starts where filters drop the whole', () => {
    const again: Written = { tokens: [['const total', 0.9], [' = 1;', 0.9]], ends: [{ length: 16, share: 1 }] }; // prettier-ignore
    assert.equal(present('|\nconst total = 1;\n', again, WITH_LOOK), 'already-there');
  });

  for (const [language, mark] of [
    ['json', '"'],
    ['yaml', '- '],
    ['markdown', '-'],
    ['python', 'import'],
  ] as const) {
    it(`is not ${mark} alone on an empty line of ${language}, with a reason of its own`, () => {
      const written: Written = { tokens: [[mark, 0.99]], ends: [{ length: mark.length, share: 1 }] };
      for (const calibration of [WITH_LOOK, BY_TOKENS]) {
        assert.equal(present('first\n|\nlast\n', written, calibration, { languageId: language }), 'only-opens');
      }
      const typed = present('first\na |\nlast\n', written, BY_TOKENS, { languageId: language });
      assert.notEqual(typed, 'only-opens', 'elsewhere it may be');
    });
  }

  it('stands where the cursor does in a block that is indented by less than the editor would', () => {
    const written: Written = { tokens: [['const data', 0.9], [' = 1;', 0.9]], ends: [{ length: 15, share: 1 }] }; // prettier-ignore
    const drawn = 'app.get((request) => {\n  |\n});\n';
    assert.equal(textOf(present(drawn, written, BY_TOKENS, { indentUnit: '    ' })), 'const data = 1;');
  });

  it('is still refused below the confidence that was asked for', () => {
    assert.equal(present('const a = b.|\n', doubtful, WITH_LOOK, {}, 0.99), 'low-confidence');
  });
});

void describe('a text for somebody who asked, where nothing would be suggested', () => {
  const line = (text: string, confidence = 0.9): Written => ({
    tokens: [[text, confidence]],
    ends: [{ length: text.length, share: 1 }],
  });
  const doubtful = (...asked: Parameters<typeof outcomeOf>): readonly [string, string | undefined] => {
    const outcome = outcomeOf(...asked);
    return outcome.kind === 'none' ? [outcome.reason, outcome.doubtful?.text] : ['', outcome.candidates[0]?.text];
  };

  it('is what the model was too unsure of', () => {
    assert.deepEqual(doubtful('a.|\n', line('total', 0.01), WITH_LOOK, {}, 0, 1), ['low-confidence', 'total']);
    assert.deepEqual(doubtful('a.|\n', line('total', 0.01), WITH_LOOK, {}, 0.9), ['low-confidence', 'total']);
  });

  it('is what only opens something', () => {
    const json = { languageId: 'json' };
    assert.deepEqual(doubtful('first\n|\nlast\n', line('['), WITH_LOOK, json), ['only-opens', '[']);
  });

  it('is what says the line above again', () => {
    const above = "import { a } from './a.js';";
    assert.deepEqual(doubtful(`${above}\n|\n`, line(above), WITH_LOOK), ['repetition', above]);
  });

  it('brings its line break where a line was opened for it', () => {
    const opened = doubtful('{\n|  total;\n}\n', line('  ['), WITH_LOOK, { languageId: 'json' });
    assert.deepEqual(opened, ['only-opens', '  [\n']);
  });

  it('is none where it stands there already, or says nothing', () => {
    const again = line('const total = 1;');
    assert.deepEqual(doubtful('|\nconst total = 1;\n', again, WITH_LOOK), ['already-there', undefined]);
    assert.deepEqual(doubtful('const total = |\n', again, WITH_LOOK), ['repetition', undefined]);
    assert.deepEqual(doubtful('a|\n', line('  '), BY_TOKENS), ['empty', undefined]);
  });
});
