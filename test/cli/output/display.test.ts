import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { excerpt } from '../../../src/cli/output/excerpt.js';
import { drawCanvas, StepPrinter } from '../../../src/cli/output/stepPrinter.js';
import { asControlSequences, plain, type Style, styleFor, type StyleName } from '../../../src/cli/output/style.js';
import { formatTable } from '../../../src/cli/output/table.js';
import { visibleText } from '../../../src/shared/visibleText.js';

/** Marks styles where a terminal would show colours. */
const marked: Style = (name, text) => `<${name}:${text}>`;

const STEP = { step: 0, kind: 'denoise', draft: [] } as const;

void describe('the canvas', () => {
  const canvas = ['return', null, '\n\t', 'a', null, ''];
  const commits = [{ position: 3, id: 1, text: 'a', confidence: 1 }];

  it('is drawn in one line with masks and blanks visible', () => {
    assert.equal(drawCanvas({ ...STEP, commits, canvas }, plain, 80), 'return░⏎⇥a░');
  });
  it('highlights what was just committed', () => {
    assert.equal(drawCanvas({ ...STEP, commits, canvas }, marked, 80), 'return<dim:░>⏎⇥<green:<bold:a>><dim:░>');
  });
  it('of a long selection says which part it is', () => {
    let written = '';
    const output = { write: (text: string): boolean => ((written += text), true), once: () => undefined };
    const printer = new StepPrinter(output, plain, 8);
    printer.onStep({ ...STEP, step: 1, part: { index: 0, count: 3 }, ms: 12, commits, canvas });
    printer.onStep({ ...STEP, step: 1, ms: 12, commits, canvas });
    printer.onStep({ ...STEP, step: 2, kind: 'verify', ms: 9, commits, canvas });
    assert.equal(
      written,
      'part 1/3 step 2/8    12 ms  denoise  return░⏎⇥a░\n' +
        'step 2/8    12 ms  denoise  return░⏎⇥a░\n' +
        'step 3/8   9.0 ms  verify   return░⏎⇥a░\n',
    );
  });
  it('shows the draft of what is masked, apart from what is settled', () => {
    const draft = ['return', ' (', '\n\t', 'a', ')', ''];
    assert.equal(drawCanvas({ ...STEP, commits, canvas, draft }, plain, 80), 'return‹ (›⏎⇥a‹)›');
    const atEnd = { ...STEP, commits: [], canvas: ['a', null], draft: ['a', ''] };
    assert.equal(drawCanvas(atEnd, plain, 80), 'a', 'it is drafted that nothing follows');
    const several = {
      ...STEP,
      commits: [],
      canvas: [null, null, null, 'b', null],
      draft: ['x', ' + ', null, 'b', null],
    };
    assert.equal(drawCanvas(several, plain, 80), '‹x + ›░b░');
    assert.equal(drawCanvas(several, marked, 80), '<dim:‹x><dim: + ›><dim:░>b<dim:░>');
    assert.equal(drawCanvas(several, plain, 5), '‹x…');
  });
  it('is cut at the width of the terminal', () => {
    assert.equal(drawCanvas({ ...STEP, commits, canvas }, plain, 8), 'return░…');
  });
});

void describe('an excerpt', () => {
  it('shows the lines around the inserted text with their numbers', () => {
    const prefix = Array.from({ length: 9 }, (_, n) => `line ${n + 1}\n`).join('') + 'start ';
    assert.equal(
      excerpt(prefix, 'one\r\ntwo', ' end\nafter', marked),
      [
        '<dim: 7 │> line 7',
        '<dim: 8 │> line 8',
        '<dim: 9 │> line 9',
        '<dim:10 │> start <green:one>',
        '<dim:11 │> <green:two> end',
        '<dim:12 │> after',
      ].join('\n'),
    );
  });
});

void describe('colours', () => {
  it('are for terminals, unless they are unwanted', () => {
    const colour = (isTTY: boolean, env: NodeJS.ProcessEnv): string =>
      asControlSequences(visibleText(styleFor({ isTTY }, env)('red', 'x')));
    assert.equal(colour(true, {}), '\u001b[31mx\u001b[39m');
    assert.deepEqual(
      [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { FORCE_COLOR: '1', NO_COLOR: '1' }].map((env) => colour(true, env)),
      ['x', 'x', 'x'],
    );
    assert.deepEqual([colour(false, {}), colour(false, { FORCE_COLOR: '1' })], ['x', 'x']);
  });

  it('of every name are the standard ones', () => {
    const style = styleFor({ isTTY: true }, {});
    const codes = (name: StyleName): string => asControlSequences(style(name, 'x'));
    assert.equal(codes('bold') + codes('dim'), '\u001b[1mx\u001b[22m\u001b[2mx\u001b[22m');
    assert.equal(codes('green') + codes('yellow'), '\u001b[32mx\u001b[39m\u001b[33mx\u001b[39m');
    assert.equal(codes('cyan') + codes('inverse'), '\u001b[36mx\u001b[39m\u001b[7mx\u001b[27m');
    assert.equal(style('bold', ''), '');
  });
});

void describe('a table', () => {
  it('puts numbers to the right', () => {
    assert.equal(
      formatTable(
        ['name', 'ms'],
        [
          ['a', 1.5],
          ['bcdefg', 12],
        ],
      ),
      'name     ms\na       1.5\nbcdefg   12',
    );
  });
});
