import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { NoneReason } from '../../../src/shared/outcome.js';
import { ask } from './commitSuggestion.js';
import { type DrawnEditor, drawnEditor, drawnFile } from './drawnEditor.js';
import { until, withSetting } from './infill.js';
import type { HostTest } from './runTests.js';

const SUM = 'const sum = [1, 2, 3].reduce((a, b) => ‸);\n';

/** Asks, and checks that the editor alone answered, with this reason, and that there is nothing to accept. */
async function refused(drawn: DrawnEditor, reason: NoneReason): Promise<void> {
  const record = await ask(drawn);
  assert.equal(record.outcome, 'none');
  assert.equal(record.reason, reason);
  assert.equal(record.source, 'editor', 'the model was asked');
  await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
  assert.equal(drawn.document.getText(), drawn.text);
}

export const refusalTests: Record<string, HostTest> = {
  async 'a file that holds secrets never reaches the model'() {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, '.env');
    await refused(await drawnFile(file, 'PASSWORD=hunter2\nTOKEN=‸\n'), 'excluded-file');
  },

  async 'nor does its text where another document shows it'() {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    await drawnFile(vscode.Uri.joinPath(folder.uri, '.env'), 'PASSWORD=hunter2\nTOKEN=‸\n');
    await refused(await drawnEditor('PASSWORD=hunter2\nTOKEN=‸\n', 'dotenv'), 'excluded-file');
    await vscode.commands.executeCommand('search.action.openNewEditor', { query: 'PASSWORD', triggerSearch: true });
    const editor = await until('a search editor', () => {
      const active = vscode.window.activeTextEditor;
      return Promise.resolve(active?.document.uri.scheme === 'search-editor' ? active : undefined);
    });
    const text = editor.document.getText();
    const record = await ask({ editor, document: editor.document, text, prefix: '', suffix: text });
    assert.deepEqual([record.outcome, record.reason, record.source], ['none', 'excluded-file', 'editor']);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  },

  async 'switched off, nothing is asked; switched on again, it works'() {
    await withSetting('enabled', false, async () => refused(await drawnEditor(SUM), 'disabled'));
    assert.notEqual((await ask(await drawnEditor(SUM))).reason, 'disabled');
  },
};
