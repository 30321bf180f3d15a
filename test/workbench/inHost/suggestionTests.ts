import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ask, commitChange, commitShown, commitSuggestion } from './commitSuggestion.js';
import { drawnEditor, drawnFile } from './drawnEditor.js';
import { infillApi, modelLoaded, newRecords, until, withSetting } from './infill.js';
import type { HostTest } from './runTests.js';

const ADD = 'function add(first: number, second: number): number {\n  return ‸\n}\n\nconsole.log(add(1, 2));\n';

const TWICE =
  'function add(first: number, second: number): number {\n  return ‸\n}\n\n' +
  'function sum(first: number, second: number): number {\n  return ‸\n}\n';

/** As long as a person looks at what has come. VS Code may ask nobody for a key that is pressed within some 50 ms behind an answer. */
async function read(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
}

/** Types what the suggestion begins with, and waits until VS Code has asked again and got the rest without the model. */
async function typeThrough(text: string): Promise<void> {
  const api = await infillApi();
  const before = api.requestLog();
  await vscode.commands.executeCommand('type', { text });
  const record = await until('an answer while typing', () =>
    newRecords(api, before).find(({ trigger }) => trigger === 'automatic'),
  );
  assert.deepEqual([record.outcome, record.source], ['suggested', 'cache'], `${record.reason ?? ''} ${record.detail}`);
}

export const suggestionTests: Record<string, HostTest> = {
  async 'the extension activates without holding up the editor'({ note }) {
    const { activationMs } = await infillApi();
    note(`activation took ${activationMs.toFixed(1)} ms`);
    assert.ok(activationMs < 250, `activation took ${activationMs} ms`);
  },

  async 'the bundled model loads once an editor is open'({ note }) {
    await drawnEditor(ADD);
    const { info } = (await modelLoaded()).state();
    assert.equal(info?.name, 'infill-code-135m');
    note(`${info.name} ${info.version} on ${info.device}, loaded in ${Math.round(info.loadMs)} ms`);
  },

  async 'a suggestion of the model goes in at the cursor, and nothing else changes'({ note }) {
    const drawn = await drawnEditor(ADD);
    const { inserted, record } = await commitSuggestion(drawn);
    assert.equal(record.source, 'model');
    assert.notEqual(inserted.trim(), '');
    note(`${JSON.stringify(inserted)} in ${Math.round(record.ms)} ms, ${record.steps?.used} steps`);
  },

  async 'it is undone in one step'() {
    const drawn = await drawnEditor(`// a sum\n${ADD}`);
    await commitSuggestion(drawn);
    await vscode.commands.executeCommand('undo');
    assert.equal(drawn.document.getText(), drawn.text);
  },

  async 'files with CRLF keep it'() {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, 'windows.ts');
    const drawn = await drawnFile(file, ADD.replaceAll('\n', '\r\n'));
    await commitSuggestion(drawn);
    assert.doesNotMatch(drawn.document.getText(), /[^\r]\n/);
    assert.equal(drawn.document.eol, vscode.EndOfLine.CRLF);
  },

  async 'the next request takes the number of steps from the settings, without a restart'({ note }) {
    const api = await modelLoaded();
    const pid = api.workerPid();
    for (const steps of [1, 24]) {
      await withSetting('steps', steps, async () => {
        // Nothing like it is open: a text that was found and is sure takes no step.
        const drawn = await drawnEditor(
          `const widths${steps} = [3, 4];\nlet widest${steps} = ‸;\nconsole.log(widest${steps});\n`,
        );
        const record = await ask(drawn);
        assert.equal(record.steps?.requested, steps);
        assert.ok(record.steps.used >= 1 && record.steps.used <= steps, `${record.steps.used} of ${steps} steps`);
        const { denoise, verify } = record.passes!;
        note(
          `${steps} steps asked for, ${record.steps.used} used, ${denoise.count} + ${verify.count} passes, ${Math.round(record.ms)} ms`,
        );
        if (steps === 1) assert.deepEqual([denoise.count, verify.count], [1, 0], 'one pass settles it');
      });
    }
    assert.equal(api.workerPid(), pid);
  },

  async 'a deadline that is over ends a suggestion after its first step, with the text that stands by then'({ note }) {
    await withSetting('deadline.milliseconds', 1, async () => {
      const { steps, stoppedBy, passes, ms } = await ask(await drawnEditor(`const late = 1;\n${ADD}`));
      assert.deepEqual([steps?.used, stoppedBy, passes?.denoise.count], [1, 'deadline', 1]);
      note(`one step in ${Math.round(ms)} ms`);
    });
  },

  async 'what was asked for stands while it is typed, though it would not be shown unasked'({ note }) {
    await withSetting('minimumConfidence', 1, async () => {
      const whole = await commitSuggestion(await drawnEditor(ADD));
      const drawn = await drawnEditor(ADD);
      await ask(drawn);
      await read();
      const typed = whole.inserted.slice(0, 2);
      for (const text of typed) {
        await typeThrough(text);
      }
      await commitChange(drawn.document);
      assert.equal(drawn.document.getText(), drawn.prefix + whole.inserted + drawn.suffix);
      note(`${JSON.stringify(typed)} typed of ${JSON.stringify(whole.inserted)}`);
    });
  },

  async 'several cursors: it is shown and inserted at each, also after some of it was typed'({ note }) {
    const text = TWICE.replaceAll('‸', '');
    const [before = '', between = '', after = ''] = TWICE.split('‸');
    const first = await drawnEditor(TWICE);
    const record = await ask(first);
    assert.equal(record.outcome, 'suggested', `${record.reason ?? ''} ${record.detail}`);
    await commitChange(first.document);
    const inserted = first.document
      .getText()
      .slice(before.length, first.document.getText().indexOf(between, before.length));
    assert.equal(first.document.getText(), [before, between, after].join(inserted));
    await vscode.commands.executeCommand('undo');
    assert.equal(first.document.getText(), text, 'it was undone in one step');

    const second = await drawnEditor(TWICE);
    await ask(second);
    await read();
    await typeThrough(inserted.slice(0, 1));
    await commitChange(second.document);
    assert.equal(second.document.getText(), [before, between, after].join(inserted));
    note(JSON.stringify(inserted));
  },

  async 'multiline: never keeps a suggestion to one line'() {
    await withSetting('multiline', 'never', async () => {
      const drawn = await drawnEditor('export class Stack {\n  push(item: number): void {‸\n  }\n}\n');
      const record = await ask(drawn);
      if (record.outcome === 'suggested') {
        const inserted = await commitShown(drawn);
        assert.doesNotMatch(inserted, /\S[^\S\n]*\n[^\S\n]*\S/);
      }
    });
  },
};
