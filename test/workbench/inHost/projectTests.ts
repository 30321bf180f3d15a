import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ask, commitShown } from './commitSuggestion.js';
import { drawnFile } from './drawnEditor.js';
import { infillApi, modelLoaded, until, withSetting } from './infill.js';
import type { HostTest } from './runTests.js';

/** What the index holds, once everything that happened has reached it. */
interface Held {
  readonly documents: number;
  /** UTF-16 units. */
  readonly units: number;
}

const ADD = 'export function add(first: number, second: number): number {\n  return first + second;\n}\n';
const CART = 'export const emptyCart = { items: [], total: 0 };\n';
const RENDERED =
  "import { render } from './render.js';\n\ntest('a list is rendered with its title', async () => {\n" +
  "  const list = await render({ title: 'Orders', items: [1, 2, 3] });\n  assert.equal(list.title, 'Orders');\n});\n";
const SECRET = 'API_TOKEN=tok-1234567890\n';
/** Longer than it takes until a change would be seen: a key's pause, a batch, and the statistics of each second. */
const UNCHANGED_MS = 3000;

async function held(): Promise<Held | undefined> {
  const { stats, progress } = (await infillApi()).project();
  const isDone = stats !== undefined && stats.waiting + progress.waiting === 0;
  return isDone ? { documents: stats.documents, units: stats.units } : undefined;
}

/** What is held when nothing has changed for a while. */
async function heldAtRest(): Promise<Held> {
  let last: Held | undefined;
  let since = Date.now();
  return until('an index at rest', async () => {
    const now = await held();
    if (now?.documents !== last?.documents || now?.units !== last?.units) {
      last = now;
      since = Date.now();
    }
    return now !== undefined && Date.now() - since > UNCHANGED_MS ? now : undefined;
  });
}

/** Waits until the index holds so many documents and units more than before. */
async function holds(before: Held, documents: number, units: number): Promise<void> {
  const expected = { documents: before.documents + documents, units: before.units + units };
  try {
    await until('an index of what is expected', async () => {
      const now = await held();
      return now?.documents === expected.documents && now.units === expected.units ? now : undefined;
    });
  } catch (error) {
    const view = (await infillApi()).project();
    throw new Error(`Expected ${JSON.stringify(expected)}, there is ${JSON.stringify(view)}.`, { cause: error });
  }
}

/** A folder of its own for a test, with these files; it is gone afterwards. */
async function withFiles(
  files: Readonly<Record<string, string>>,
  body: (fileOf: (name: string) => vscode.Uri, before: Held) => Promise<void>,
): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const base = vscode.Uri.joinPath(folder.uri, 'project-test');
  const fileOf = (name: string): vscode.Uri => vscode.Uri.joinPath(base, name);
  const before = await heldAtRest();
  for (const [name, text] of Object.entries(files)) {
    await vscode.workspace.fs.writeFile(fileOf(name), Buffer.from(text));
  }
  try {
    await body(fileOf, before);
  } finally {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(base, { recursive: true });
  }
}

async function edit(uri: vscode.Uri, text: string): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  assert.ok(await editor.edit((change) => change.insert(new vscode.Position(0, 0), text)));
  return editor;
}

async function revert(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}

export const projectTests: Record<string, HostTest> = {
  async 'files of the workspace are indexed; ignored, excluded, large, binary and minified ones are not'({ note }) {
    const ignore = 'generated/\n';
    const files = {
      '.gitignore': ignore,
      'lib/add.ts': ADD,
      'lib/deep/er/cart.ts': CART,
      'generated/add.ts': ADD,
      'node_modules/cart/index.ts': CART,
      '.env': SECRET,
      'large.ts': ADD.repeat(5000),
      'picture.dat': `GIF89a\0${ADD}`,
      'cart.min.js': 'var cart={items:[]};'.repeat(200),
    };
    await withFiles(files, async (_, before) => {
      await holds(before, 3, ignore.length + ADD.length + CART.length);
      // What is left out is known only once the last file was looked at.
      const leftOut = await until('what is left out is told', async () => {
        const now = (await infillApi()).project().progress.leftOut;
        return now.large >= 1 && now.binary >= 1 && now.minified >= 1 ? now : undefined;
      });
      note(JSON.stringify(leftOut));
    });
  },

  async 'a file that is deleted leaves it, and one that is renamed or saved is followed'() {
    await withFiles({ 'add.ts': ADD, 'cart.ts': CART }, async (fileOf, before) => {
      await holds(before, 2, ADD.length + CART.length);
      await vscode.workspace.fs.delete(fileOf('add.ts'));
      await holds(before, 1, CART.length);
      await vscode.workspace.fs.rename(fileOf('cart.ts'), fileOf('basket/basket.ts'));
      await holds(before, 1, CART.length);
      await vscode.workspace.fs.writeFile(fileOf('basket/basket.ts'), Buffer.from(CART + ADD));
      await holds(before, 1, CART.length + ADD.length);
      await vscode.workspace.fs.delete(fileOf('basket'), { recursive: true });
      await holds(before, 0, 0);
    });
  },

  async 'edits count before they are saved, and no longer when they are given up'() {
    await withFiles({ 'add.ts': ADD }, async (fileOf, before) => {
      await holds(before, 1, ADD.length);
      await edit(fileOf('add.ts'), CART);
      await holds(before, 1, ADD.length + CART.length);
      await revert();
      await holds(before, 1, ADD.length);
    });
  },

  async 'text of a file that holds secrets never gets there, however it is opened'() {
    await withFiles({ '.env': SECRET, 'add.ts': ADD }, async (fileOf, before) => {
      await holds(before, 1, ADD.length);
      const editor = await edit(fileOf('.env'), SECRET);
      await vscode.languages.setTextDocumentLanguage(editor.document, 'typescript');
      await editor.document.save();
      await heldAtRest();
      await holds(before, 1, ADD.length);
      // Under another name it may be used, and under this one no more.
      await vscode.workspace.fs.rename(fileOf('add.ts'), fileOf('secrets.ts'));
      await holds(before, 0, 0);
    });
  },

  async 'what a setting or .gitignore begins to exclude leaves at once, open or not'() {
    await withFiles({ 'add.ts': ADD, 'cart.ts': CART }, async (fileOf, before) => {
      await edit(fileOf('cart.ts'), '\n');
      await holds(before, 2, ADD.length + CART.length + 1);
      await withSetting('excludedFiles', { '**/{add,cart}.ts': true }, async () => holds(before, 0, 0));
      await holds(before, 2, ADD.length + CART.length + 1);
      const ignore = '/cart.ts\n';
      await vscode.workspace.fs.writeFile(fileOf('.gitignore'), Buffer.from(ignore));
      await holds(before, 2, ADD.length + ignore.length);
      await vscode.workspace.fs.delete(fileOf('.gitignore'));
      await holds(before, 2, ADD.length + CART.length + 1);
      await revert();
    });
  },

  async 'of a notebook the cells count, open or not, and not what they have put out'() {
    const cells = ['import csv\nrows = []', 'print(rows)'];
    const code = cells.map((source) => ({
      cell_type: 'code',
      source,
      outputs: [],
      metadata: {},
      execution_count: null,
    }));
    const language = { language_info: { name: 'python' } };
    const notebook = { cells: code, metadata: language, nbformat: 4, nbformat_minor: 5 };
    await withFiles({ 'prices.ipynb': JSON.stringify(notebook) }, async (fileOf, before) => {
      const units = cells.join('\n\n').length;
      await holds(before, 1, units);
      const opened = await vscode.workspace.openNotebookDocument(fileOf('prices.ipynb'));
      await vscode.window.showNotebookDocument(opened, { preview: false });
      const change = new vscode.WorkspaceEdit();
      change.insert(opened.cellAt(1).document.uri, new vscode.Position(0, 0), 'rows.sort()\n');
      assert.ok(await vscode.workspace.applyEdit(change));
      await holds(before, 1, units + 'rows.sort()\n'.length);
      await revert();
      await holds(before, 1, units);
    });
  },

  async 'the setting leaves only open files, or none'() {
    await withFiles({ 'add.ts': ADD, 'cart.ts': CART }, async (fileOf, before) => {
      await holds(before, 2, ADD.length + CART.length);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await withSetting('project', 'openFiles', async () => {
        const open = await heldAtRest();
        await vscode.window.showTextDocument(fileOf('add.ts'));
        await holds(open, 1, ADD.length);
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await holds(open, 0, 0);
      });
      await withSetting('project', 'off', async () => {
        assert.equal((await heldAtRest()).documents, 0);
      });
    });
  },

  async 'what only another file can know is suggested, and no more once that file is excluded or gone'({ note }) {
    await withFiles({ 'list.ts': RENDERED }, async (fileOf, before) => {
      await modelLoaded();
      await holds(before, 1, RENDERED.length);
      const drawn = await drawnFile(fileOf('again.ts'), RENDERED.replace(/await render.*/, 'await ‸'));
      const { length } = drawn.text;
      await holds(before, 2, RENDERED.length + length);
      const { found, steps, confidence } = await ask(drawn);
      assert.match(found?.path ?? '', /project-test\/list\.ts$/);
      assert.equal(found?.line, 4);
      assert.equal(await commitShown(drawn), "render({ title: 'Orders', items: [1, 2, 3] });");
      note(`${String(steps?.used)} steps, confidence ${String(confidence)}`);
      await vscode.commands.executeCommand('undo');
      assert.equal(drawn.document.getText(), drawn.text);

      const knowsNothing = async (): Promise<void> => {
        const record = await ask(drawn);
        assert.equal(record.found, undefined);
        if (record.outcome === 'suggested') assert.doesNotMatch(await commitShown(drawn), /1, 2, 3/);
        if (drawn.document.getText() !== drawn.text) await vscode.commands.executeCommand('undo');
      };
      await withSetting('excludedFiles', { '**/list.ts': true }, async () => {
        await holds(before, 1, length);
        await knowsNothing();
      });
      await holds(before, 2, RENDERED.length + length);
      await vscode.workspace.fs.delete(fileOf('list.ts'));
      await holds(before, 1, length);
      await knowsNothing();
      await revert();
    });
  },

  async 'after a restart it is filled again'({ note }) {
    await withFiles({ 'add.ts': ADD, 'cart.ts': CART }, async (_, before) => {
      await holds(before, 2, ADD.length + CART.length);
      const startedAt = performance.now();
      await vscode.commands.executeCommand('infill.restart');
      await holds(before, 2, ADD.length + CART.length);
      note(`full again ${Math.round(performance.now() - startedAt)} ms after Restart`);
    });
  },

  async 'diagnostics count, and name no file'() {
    await withFiles({ 'unusual-name.ts': ADD }, async (_, before) => {
      await holds(before, 1, ADD.length);
      await vscode.commands.executeCommand('infill.copyDiagnostics');
      const text = await vscode.env.clipboard.readText();
      assert.match(text, /^- Project: on, [1-9]\d* documents, /m);
      assert.doesNotMatch(text, /unusual-name/);
    });
  },
};

/** In a workspace that nobody trusts. */
export const untrustedTests: Record<string, HostTest> = {
  async 'in an untrusted workspace only open files are indexed'() {
    assert.equal(vscode.workspace.isTrusted, false);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: ADD }));
    await modelLoaded();
    await withFiles({ 'add.ts': ADD, 'cart.ts': CART, '.env': SECRET }, async (fileOf, before) => {
      await vscode.workspace.openTextDocument(fileOf('add.ts')); // as other extensions do
      assert.deepEqual(await heldAtRest(), before);
      await vscode.window.showTextDocument(fileOf('cart.ts'), { preview: false });
      await vscode.window.showTextDocument(fileOf('.env'), { preview: false });
      await holds(before, 1, CART.length);
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await holds(before, 0, 0);
    });
  },
};
