import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RequestRecord } from '../../../src/extension/log/requestLog.js';
import { ask, commitShown } from './commitSuggestion.js';
import { type DrawnEditor, drawnEditor, drawnFile } from './drawnEditor.js';
import { modelLoaded, until, withSetting } from './infill.js';
import type { HostTest } from './runTests.js';

/** Members that stand nowhere in the file that asks for them. */
const ORDER =
  'export interface Order {\n  readonly grossPrice: number;\n  readonly total: number;\n  readonly shippingCosts: number;\n}\n';
const MEMBERS = ['grossPrice', 'total', 'shippingCosts'];
const ASKING =
  "import type { Order } from './order.js';\n\nexport function priceOf(order: Order): number {\n  return order.‸;\n}\n";
/** What the product waits for a list, and what timers of a busy machine may add. */
const WAIT_MS = 60;
const LATER_MS = 150;

function fileOf(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, 'names-test', name);
}

/** Waits until the editor's own list has these names, as it does once the language's server has read the files. */
async function listed(document: vscode.TextDocument, cursor: vscode.Position): Promise<void> {
  await until('the list of members', async () => {
    const command = 'vscode.executeCompletionItemProvider';
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(command, document.uri, cursor);
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    return MEMBERS.every((member) => labels.includes(member)) ? true : undefined;
  });
}

/** An answer whose list came in time. A busy machine may take longer once, and keeps the list for the next request at the place. */
async function asked(drawn: DrawnEditor): Promise<RequestRecord> {
  for (const steps of [8, 7, 6]) {
    let record: RequestRecord | undefined;
    // Another number of steps, so that the answer before is none to this question.
    await withSetting('steps', steps, async () => void (record = await ask(drawn)));
    if (record?.names?.isLate === false) return record;
  }
  throw new Error('The list was late three times.');
}

export const nameTests: Record<string, HostTest> = {
  async 'after a dot a member is suggested that exists, as the language server says'({ note }) {
    // The other file is known from the server alone.
    await withSetting('project', 'off', async () => {
      await vscode.workspace.fs.writeFile(fileOf('order.ts'), Buffer.from(ORDER));
      const drawn = await drawnFile(fileOf('price.ts'), ASKING);
      await modelLoaded();
      await listed(drawn.document, drawn.editor.selection.active);
      const record = await asked(drawn);
      assert.equal(record.outcome, 'suggested', `${record.reason ?? ''} ${record.detail}`);
      assert.equal(record.names?.isLate, false, JSON.stringify(record.names));
      assert.ok(record.names.count >= MEMBERS.length, JSON.stringify(record.names));
      const inserted = await commitShown(drawn);
      const name = /^\w*/.exec(inserted)?.[0] ?? '';
      assert.ok(MEMBERS.includes(name), JSON.stringify(inserted));
      note(`${JSON.stringify(inserted)}, ${JSON.stringify(record.names)}`);
    });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(fileOf('.'), { recursive: true });
  },

  async 'with a list that never comes the suggestion comes all the same'({ note }) {
    const never = vscode.languages.registerCompletionItemProvider('lua', {
      provideCompletionItems: () => new Promise(() => undefined),
    });
    try {
      const drawn = await drawnEditor('local order = { total = 1 }\nprint(order.‸)\n', 'lua');
      await modelLoaded();
      const record = await ask(drawn);
      assert.equal(record.source, 'model');
      assert.deepEqual([record.names?.isLate, record.names?.count], [true, 0]);
      const waited = record.names?.waitedMs ?? 0;
      assert.ok(waited > WAIT_MS / 2 && waited < WAIT_MS + LATER_MS, `waited ${String(waited)} ms`);
      note(`${record.outcome} in ${Math.round(record.ms)} ms, ${Math.round(waited)} ms of them for names`);
    } finally {
      never.dispose();
    }
  },
};
