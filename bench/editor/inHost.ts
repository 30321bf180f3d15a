// Runs inside the extension host of a real VS Code; editor.ts starts it. Types, and measures from each key to its answer.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { InfillApi } from '../../src/extension/api.js';
import { modelLoaded, newRecords } from '../../test/workbench/inHost/infill.js';
import { runTests } from '../../test/workbench/inHost/runTests.js';
import { TYPED_FILE, type Key, type Phase, type Typing } from './typing.js';

const POLL_MS = 2;
/** No answer comes for keys at which VS Code does not ask. */
const LONGEST_MS = 3000;
/** Between an answer and the next key: longer than the feed of the index waits after a key. */
const PAUSE_MS = 400;
const FULL_LIMIT_MS = 900_000;
/** Reasons that are no answer. */
const WITHDRAWN = ['cancelled', 'superseded', 'not-ready'];

const TEXTS: Readonly<Record<Phase, string>> = {
  filling: 'export function withTax(items: Item[], rate: number): number {\n  return total(items) * (1 + rate);\n}\n',
  full: 'export function cheapest(items: Item[]): string {\n  const sorted = byPrice(items).map((item) => item.name);\n  return sorted.slice(1).concat();\n}\n',
};

/** @param file gets the results */
export async function run(file: string): Promise<void> {
  await runTests(
    {
      async typing({ note }) {
        const [folder] = vscode.workspace.workspaceFolders ?? [];
        assert.ok(folder);
        const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, TYPED_FILE));
        const editor = await vscode.window.showTextDocument(document, { preview: false });
        const end = document.positionAt(document.getText().length);
        editor.selection = new vscode.Selection(end, end);
        const api = await modelLoaded();
        const filling = await typed(TEXTS.filling, api);
        const fullMs = await untilFull(api);
        const typing: Typing = {
          keys: { filling, full: await typed(TEXTS.full, api) },
          documents: api.project().stats?.documents ?? 0,
          fullMs,
        };
        note(JSON.stringify(typing));
      },
    },
    file,
  );
}

async function typed(text: string, api: InfillApi): Promise<Key[]> {
  const keys: Key[] = [];
  for (const character of text) {
    const waiting = waitingIn(api);
    const before = api.requestLog();
    const begun = performance.now();
    await vscode.commands.executeCommand('type', { text: character });
    let key: Key | undefined;
    while (key === undefined && performance.now() - begun < LONGEST_MS) {
      const record = newRecords(api, before).find(({ reason = '' }) => !WITHDRAWN.includes(reason));
      if (record === undefined) await sleep(POLL_MS);
      else key = { ms: performance.now() - begun, source: record.source, outcome: record.outcome, waiting };
    }
    if (key !== undefined) keys.push(key);
    await sleep(PAUSE_MS);
  }
  return keys;
}

function waitingIn(api: InfillApi): number {
  const { stats, progress } = api.project();
  return (stats?.waiting ?? 0) + progress.waiting;
}

/** @returns milliseconds until nothing waited for some time */
async function untilFull(api: InfillApi): Promise<number> {
  const begun = performance.now();
  for (let calm = 0; calm < 10; calm = waitingIn(api) === 0 ? calm + 1 : 0) {
    if (performance.now() - begun > FULL_LIMIT_MS) throw new Error(JSON.stringify(api.project()));
    await sleep(500);
  }
  return performance.now() - begun;
}
