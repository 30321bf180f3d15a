import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ask, commitShown } from './commitSuggestion.js';
import { type DrawnEditor, drawnEditor } from './drawnEditor.js';
import { modelLoaded, withSetting } from './infill.js';
import type { HostTest } from './runTests.js';

/** So long after a document was opened its edits are followed in any case. */
const FOLLOWED_MS = 500;
const SCALED =
  '‸export function scaled(ratio: number): number {\n  const half = ratio / 2;\n  return half;\n}\n\n' +
  'export function drawn(): string {\n  log(ratio);\n  return String(ratio);\n}\n';

/** Puts `text` where `old` stands last, and the cursor behind it. */
async function rewrite({ editor, document }: DrawnEditor, old: string, text: string): Promise<DrawnEditor> {
  const start = document.getText().lastIndexOf(old);
  assert.ok(start >= 0, old);
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + old.length));
  assert.ok(await editor.edit((change) => change.replace(range, text)));
  const cursor = document.positionAt(start + text.length);
  editor.selections = [new vscode.Selection(cursor, cursor)];
  const now = document.getText();
  const end = start + text.length;
  return { editor, document, text: now, prefix: now.slice(0, end), suffix: now.slice(end) };
}

export const editTests: Record<string, HostTest> = {
  async 'a renaming goes on where the old name was deleted, and not where the project is left aside'({ note }) {
    const drawn = await drawnEditor(SCALED);
    await vscode.commands.executeCommand('infill.trigger'); // loads the model where nothing else has
    await modelLoaded();
    await new Promise((resolve) => setTimeout(resolve, FOLLOWED_MS));
    await rewrite(drawn, 'log(ratio)', 'log(proportion)');
    const deleted = await rewrite(drawn, 'String(ratio)', 'String()');
    const cursor = deleted.prefix.length - 1;
    const position = drawn.document.positionAt(cursor);
    drawn.editor.selections = [new vscode.Selection(position, position)];
    const hole = { ...deleted, prefix: deleted.text.slice(0, cursor), suffix: deleted.text.slice(cursor) };
    const { found, confidence } = await ask(hole);
    assert.equal(found?.isEdit, true, JSON.stringify(found));
    assert.equal(found.line, 7);
    assert.equal(await commitShown(hole), 'proportion');
    note(`confidence ${String(confidence)}`);
    await vscode.commands.executeCommand('undo');
    await withSetting('project', 'off', async () => {
      const record = await ask(hole);
      assert.equal(record.found, undefined);
    });
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  },
};
