import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { infill } from '../../../../src/engine/infill/infill.js';
import type { RecentEdits } from '../../../../src/shared/recentEdit.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';
import { indexOf, uriOf, WEIGHTLESS } from './project.js';

const tiny = await tinyPipeline();
after(() => tiny.model.dispose());
const DRAWN = 'function next(cart: Cart) {\n  return cart.items.|;\n}\n';
const RECENT: RecentEdits = {
  edits: [
    {
      uri: uriOf('b.ts'),
      path: 'b.ts',
      line: 2,
      before: ['  return cart.items.last;'],
      after: ['  return cart.items.at(-1);'],
      linesBefore: ['function last(cart: Cart) {'],
      linesAfter: ['}'],
    },
  ],
  lineBefore: '  return cart.items.last;',
};

function outcomeAt(constant: number, recent: RecentEdits | undefined, files?: Readonly<Record<string, string>>) {
  const recommended = { ...tiny.recommended, found: { ...WEIGHTLESS, constant } };
  const request = requestOf(DRAWN, {}, files === undefined ? {} : { uri: uriOf('now.ts') });
  const pipeline = { ...tiny, recommended, ...(files === undefined ? {} : { project: indexOf(files) }) };
  return infill({ ...request, ...(recent === undefined ? {} : { recent }) }, pipeline);
}

test('an edit is carried over without a project, and says where it was made', async () => {
  const outcome = await outcomeAt(4, RECENT);
  const [best] = outcome.kind === 'infill' ? outcome.candidates : [];
  assert.equal(best?.text, 'at(-1)');
  assert.deepEqual(best.source, { uri: uriOf('b.ts'), path: 'b.ts', line: 2, isEdit: true });
  assert.deepEqual(outcome.report.found?.[0]?.from, best.source);
});

test('it comes before what stands elsewhere in the project', async () => {
  const outcome = await outcomeAt(4, RECENT, {
    'a.ts': 'function size(cart: Cart) {\n  return cart.items.length;\n}\n',
  });
  assert.deepEqual(
    outcome.report.found?.map(({ text, from }) => [text, from.path]),
    [
      ['at(-1)', 'b.ts'],
      ['length', 'a.ts'],
    ],
  );
});

test('it is not shown where the evidence is against it, and nothing else changes', async () => {
  const [without, beside] = [await outcomeAt(-8, undefined), await outcomeAt(-8, RECENT)];
  assert.ok(beside.report.found?.length === 1);
  assert.deepEqual(
    beside.kind === 'infill' ? beside.candidates : beside.reason,
    without.kind === 'infill' ? without.candidates : without.reason,
  );
});

test('edits that are none are refused with the remedy', async () => {
  const [edit] = RECENT.edits;
  assert.ok(edit !== undefined);
  const refused: [RecentEdits, RegExp][] = [
    [{ edits: Array.from({ length: 11 }, () => edit) }, /There are 11 edits\..*10/u],
    [{ edits: [edit, { ...edit, line: 0 }] }, /edits\.1\.line is 0\./u],
    [{ edits: [{ ...edit, after: ['a\nb'] }] }, /edits\.0\.after\.0 has a line break/u],
    [{ edits: [{ ...edit, linesBefore: ['a', 'b', 'c', 'd'] }] }, /edits\.0\.linesBefore has 4 lines.*3/u],
    [{ edits: [{ ...edit, before: ['a'.repeat(4001)] }] }, /edits\.0\.before\.0 has 4001/u],
    [{ edits: [{ ...edit, before: ['a'.repeat(3000), 'b'.repeat(3000)] }] }, /edits\.0 has 60\d\d/u],
    [{ edits: [], lineBefore: 'a\r' }, /lineBefore has a line break/u],
  ];
  for (const [recent, message] of refused) {
    await assert.rejects(outcomeAt(0, recent), (error: Error & { describe?: () => string }) => {
      assert.match(error.describe?.() ?? '', message);
      return true;
    });
  }
});
