import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RequestRecord } from '../../../src/extension/log/requestLog.js';
import { ask, commitShown } from './commitSuggestion.js';
import { drawnEditor } from './drawnEditor.js';
import { infillApi, modelLoaded, newRecords, until, withSetting } from './infill.js';
import type { HostTest } from './runTests.js';

/** So regular that the model is sure of what stands at the cursor, and of what follows. */
const POINT =
  'export class Point {\n' +
  '  constructor(readonly x: number, readonly y: number) {}\n\n' +
  '  plus(other: Point): Point {\n    return new Point(this.x + other.x, this.y + other.y);\n  }\n\n' +
  '  minus(other: Point): Point {\n    return new Point(‸\n  }\n\n' +
  '  times(factor: number): Point {\n    return new Point(this.x * factor, this.y * factor);\n  }\n}\n';

/** Less than any request takes that is computed. */
const AT_ONCE_MS = 60;

/** The next record of a trigger that says something about the place. */
async function nextRecord(
  what: string,
  trigger: RequestRecord['trigger'],
  before: readonly RequestRecord[],
): Promise<RequestRecord> {
  const api = await infillApi();
  const says = ({ reason }: RequestRecord): boolean => reason !== 'cancelled' && reason !== 'superseded';
  return until(what, () => newRecords(api, before).find((record) => record.trigger === trigger && says(record)));
}

export const aheadTests: Record<string, HostTest> = {
  async 'what comes after a suggestion is fetched while it is read: accepting and going on are answered at once'({
    note,
  }) {
    const drawn = await drawnEditor(POINT);
    const api = await modelLoaded();
    const before = api.requestLog();
    const shown = await ask(drawn);
    assert.equal(shown.outcome, 'suggested', `${shown.reason ?? ''} ${shown.detail}`);
    const ahead = await nextRecord('an answer ahead', 'ahead', before);
    assert.equal(ahead.source, 'model');
    if (ahead.outcome === 'none') {
      // Then the next line is fetched too.
      await until('an answer for the next line', () =>
        newRecords(api, before).filter(({ trigger }) => trigger === 'ahead').length > 1 ? true : undefined,
      );
    }

    const atAccept = api.requestLog();
    const inserted = await commitShown(drawn);
    const accepted = await nextRecord('an answer after accepting', 'automatic', atAccept);
    note(
      `${JSON.stringify(inserted)}: asked for ${Math.round(shown.ms)} ms, ahead ${Math.round(ahead.ms)} ms (${ahead.outcome}), ` +
        `after accepting ${accepted.ms.toFixed(1)} ms from the ${accepted.source}`,
    );
    assert.deepEqual([accepted.source, accepted.outcome], ['cache', ahead.outcome]);
    assert.ok(accepted.ms < AT_ONCE_MS, `${accepted.ms} ms`);
    if (ahead.outcome === 'none') {
      const atEnter = api.requestLog();
      await vscode.commands.executeCommand('type', { text: '\n' });
      const entered = await nextRecord('an answer on the next line', 'automatic', atEnter);
      note(`on the next line ${entered.ms.toFixed(1)} ms from the ${entered.source}`);
      assert.equal(entered.source, 'cache');
      assert.ok(entered.ms < AT_ONCE_MS, `${entered.ms} ms`);
    }
  },

  async 'switched off, nothing is fetched ahead'() {
    await withSetting('fetchAhead.enabled', false, async () => {
      const drawn = await drawnEditor(`// off\n${POINT}`);
      const api = await modelLoaded();
      const before = api.requestLog();
      await ask(drawn);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      assert.deepEqual(
        newRecords(api, before).filter(({ trigger, file }) => trigger === 'ahead' && file === drawn.document.uri.path),
        [],
      );
    });
  },
};
