import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { NoneReason } from '../../../src/shared/outcome.js';
import { ask } from './commitSuggestion.js';
import { type DrawnEditor, drawnEditor, drawnFile } from './drawnEditor.js';
import { infillApi, newRecords, until, withSetting } from './infill.js';
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

/** As `refused`, and several cursors are filled there no more than one is. */
async function refusedAtAll(drawn: DrawnEditor, reason: NoneReason): Promise<void> {
  await refused(drawn, reason);
  const api = await infillApi();
  const before = api.requestLog();
  const { active } = drawn.editor.selection;
  drawn.editor.selections = [new vscode.Position(0, 0), active].map((at) => new vscode.Selection(at, at));
  await vscode.commands.executeCommand('infill.fillEveryCursor');
  assert.ok(newRecords(api, before).every(({ trigger, source }) => trigger !== 'holes' && source !== 'model'));
  assert.equal(drawn.document.getText(), drawn.text);
}

/** Asks at a place of an editor that cannot be shown by its document, and denoises all of it: nothing reaches the model. */
async function refusedIn(editor: vscode.TextEditor, place: vscode.Position): Promise<void> {
  const api = await infillApi();
  const before = api.requestLog();
  const text = editor.document.getText();
  editor.selection = new vscode.Selection(place, place);
  const record = await until('an answer to Trigger Suggestion', async () => {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    await vscode.commands.executeCommand('infill.trigger');
    return newRecords(api, before).find(({ trigger }) => trigger === 'manual');
  });
  assert.deepEqual([record.outcome, record.reason, record.source], ['none', 'foreign-view', 'editor']);
  editor.selection = new vscode.Selection(new vscode.Position(0, 0), place);
  await vscode.commands.executeCommand('infill.denoiseSelection');
  editor.selections = [new vscode.Position(0, 0), place].map((at) => new vscode.Selection(at, at));
  await vscode.commands.executeCommand('infill.fillEveryCursor');
  assert.deepEqual(
    newRecords(api, before).filter(({ source }) => source === 'model'),
    [],
  );
  assert.equal(editor.document.getText(), text);
}

export const refusalTests: Record<string, HostTest> = {
  async 'a file that holds secrets never reaches the model'() {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, '.env');
    await refusedAtAll(await drawnFile(file, 'PASSWORD=hunter2\nTOKEN=‸\n'), 'excluded-file');
  },

  async 'lines of a file that holds secrets reach the model from no other document either'({ note }) {
    const known = ['search-editor', 'output', 'git', 'vscode-local-history', 'vscode-userdata', 'file', 'untitled'];
    const writable = (scheme: string): string => String(vscode.workspace.fs.isWritableFileSystem(scheme));
    note(`writable: ${known.map((scheme) => `${scheme} ${writable(scheme)}`).join(', ')}`);

    await vscode.commands.executeCommand('search.action.openNewEditor', { query: '', triggerSearch: false });
    const search = await until('a search editor', () => {
      const editor = vscode.window.activeTextEditor;
      return editor?.document.uri.scheme === 'search-editor' ? editor : undefined;
    });
    // What a search would list; its results are text like any other.
    const found = '.env:\n  1: API_TOKEN=tok-1234567890\n';
    assert.ok(await search.edit((edit) => edit.insert(new vscode.Position(0, 0), `${found}API_TOKEN=\n`)));
    await refusedIn(search, new vscode.Position(2, 'API_TOKEN='.length));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');

    for (const language of ['dotenv', 'properties', 'diff']) {
      const reason = language === 'diff' ? 'foreign-view' : 'excluded-file';
      await refusedAtAll(await drawnEditor('API_TOKEN=tok-1234567890\nAPI_TOKEN=‸\n', language), reason);
    }
  },

  async 'diagnostics tell of the computer, of languages with a value of their own, and name no absolute path'({
    note,
  }) {
    const python = vscode.workspace.getConfiguration('infill', { languageId: 'python' });
    await python.update('steps', 3, vscode.ConfigurationTarget.Global, true);
    try {
      await vscode.commands.executeCommand('infill.copyDiagnostics');
      const text = await vscode.env.clipboard.readText();
      assert.match(text, /^- CPU: .+\n- Logical processors: \d+.*\n- Memory: .+ free\n- Load: /m);
      assert.match(text, /"\[python\]": \{\s+"infill\.steps": 3\s+\}/);
      const [others = ''] = /^- Other extensions that seem to suggest inline.*$/m.exec(text) ?? [];
      assert.notEqual(others, '');
      assert.doesNotMatch(others, /infill-editor/);
      note(others);
      assert.doesNotMatch(text, /(^|[\s"(])\/(home|root|tmp|Users)\//m);
    } finally {
      await python.update('steps', undefined, vscode.ConfigurationTarget.Global, true);
    }
  },

  async 'switched off, nothing is asked; switched on again, it works'() {
    await withSetting('enabled', false, async () => refused(await drawnEditor(SUM), 'disabled'));
    assert.notEqual((await ask(await drawnEditor(SUM))).reason, 'disabled');
  },
};
