import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type DrawnEditor, drawnEditor } from './drawnEditor.js';
import { modelLoaded, newRecords, until, withSetting } from './infill.js';
import type { HostTest } from './runTests.js';
import { previewTab, scriptedReview } from './scriptedDenoising.js';

/** What is selected contradicts what stands around it, so that a model would change it. */
const WRONG =
  'function add(first: number, second: number): number {\n  return «first - second»;\n}\n\nconsole.log(add(2, 3)); // 5\n';

/** With CRLF, tabs and a last line break; three changes, of which the last puts in a line. */
const DRAWN =
  'function mean(values) {\r\n«\tlet sum = 0;\r\n\tfor (const v of values) sum = sum ⟦-→+⟧ v;\r\n\treturn sum ⟦*→/⟧ values.length;\r\n⟦→\t// never\r\n⟧»}\r\n';

/** The same with those of the changes that are named made. */
function made(...wanted: readonly number[]): string {
  let index = 0;
  return DRAWN.replace(/[«»]/g, '').replace(/⟦([^⟧→]*)→([^⟧]*)⟧/g, (_, before: string, text: string) =>
    wanted.includes(++index) ? text : before,
  );
}

/** Runs Denoise Selection at full strength up to the proposal. */
async function propose(drawn: DrawnEditor): Promise<vscode.Tab> {
  const api = await modelLoaded();
  const before = api.requestLog();
  await withSetting('denoise.strength', 1, async () => {
    await vscode.commands.executeCommand('infill.denoiseSelection');
  });
  const record = newRecords(api, before).find((each) => each.trigger === 'denoise');
  assert.equal(record?.outcome, 'suggested', `${record?.reason ?? 'no record'} ${record?.detail ?? ''}`);
  assert.equal(drawn.document.getText(), drawn.text, 'the document changed before anyone agreed');
  return until('the preview of the proposal', previewTab);
}

async function undo(document: vscode.TextDocument): Promise<string> {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('undo');
  return document.getText();
}

/** Waits until something is as expected; shows what it is otherwise. */
async function untilEqual<T>(what: string, now: () => T, expected: T): Promise<void> {
  const isEqual = (): boolean => JSON.stringify(now()) === JSON.stringify(expected);
  for (let tries = 0; tries < 100 && !isEqual(); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.deepEqual(now(), expected, what);
}

export const denoiseTests: Record<string, HostTest> = {
  async 'an accepted proposal replaces the selection, and is undone in one step'({ note }) {
    const drawn = await drawnEditor(WRONG);
    const tab = await propose(drawn);
    assert.ok(tab.input instanceof vscode.TabInputTextDiff);
    const proposed = (await vscode.workspace.openTextDocument(tab.input.modified)).getText();

    await vscode.commands.executeCommand('infill.acceptProposal');
    const text = drawn.document.getText();
    assert.equal(text, proposed, 'what was accepted is not what was shown');
    assert.notEqual(text, drawn.text);
    assert.ok(text.startsWith(drawn.prefix) && text.endsWith(drawn.suffix), text);
    await until('the preview closed', () => (previewTab() === undefined ? true : undefined));
    note(JSON.stringify(text.slice(drawn.prefix.length, text.length - drawn.suffix.length)));
    assert.equal(await undo(drawn.document), drawn.text);
  },

  async 'a discarded proposal leaves the text as it was'() {
    const drawn = await drawnEditor(`// discarded\n${WRONG}`);
    const { version } = drawn.document;
    await propose(drawn);
    await vscode.commands.executeCommand('infill.discardProposal');
    await until('the preview closed', () => (previewTab() === undefined ? true : undefined));
    assert.equal(drawn.document.getText(), drawn.text);
    assert.equal(drawn.document.version, version);
  },

  async 'changes are accepted, skipped and discarded one by one, each accepted one undone in one step'() {
    await scriptedReview(DRAWN, async ({ document, review, sides, lookedAt, isOpen }) => {
      assert.deepEqual(sides(), [made(), made(1, 2, 3)]);
      await untilEqual('the first change is looked at', lookedAt, '+');

      await review.acceptChange();
      assert.equal(document.getText(), made(1));
      assert.deepEqual(sides(), [made(1), made(1, 2, 3)]);
      await untilEqual('the next change comes into view', lookedAt, '/');

      await review.nextChange();
      assert.equal(document.getText(), made(1), 'skipping decides nothing');
      await untilEqual('the change after it', lookedAt, '\t// never\r\n');
      await review.acceptChange();
      assert.equal(document.getText(), made(1, 3));
      assert.deepEqual(sides(), [made(1, 3), made(1, 2, 3)]);

      await untilEqual('after the last change the first that is left', lookedAt, '/');
      assert.ok(isOpen());
      await review.discardChange();
      await untilEqual('the review is over', isOpen, false);
      assert.equal(document.getText(), made(1, 3));

      assert.equal(await undo(document), made(1));
      assert.equal(await undo(document), made());
    });
  },

  async 'all that is left is accepted in one undo step, without what was discarded'() {
    await scriptedReview(DRAWN, async ({ document, review, sides, isOpen }) => {
      await review.discardChange();
      assert.deepEqual(sides(), [made(), made(2, 3)]);
      // Pressed faster than the first can be done.
      await Promise.all([review.nextChange(), review.acceptChange()]);
      assert.equal(document.getText(), made(3));
      await review.accept();
      assert.equal(document.getText(), made(2, 3));
      await untilEqual('the review is over', isOpen, false);
      const { activeTextEditor } = vscode.window;
      assert.ok(activeTextEditor);
      assert.equal(activeTextEditor.document.uri.toString(), document.uri.toString());
      assert.equal(
        document.getText(activeTextEditor.selection),
        made(2, 3).slice(made().indexOf('\tlet'), made(2, 3).lastIndexOf('}')),
      );
      assert.equal(await undo(document), made(3));
      assert.equal(await undo(document), made());
    });
    await scriptedReview(DRAWN, async ({ document, review }) => {
      await review.accept();
      assert.equal(document.getText(), made(1, 2, 3));
      assert.equal(await undo(document), made());
    });
  },

  async 'the change at the cursor is the one that is accepted, and discarding the rest leaves it'() {
    await scriptedReview(DRAWN, async ({ document, review, pointAt, isOpen }) => {
      await pointAt(made().indexOf('*'));
      await review.acceptChange();
      assert.equal(document.getText(), made(2));
      const { version } = document;
      await review.discard();
      await untilEqual('the review is over', isOpen, false);
      assert.deepEqual([document.getText(), document.version], [made(2), version]);
    });
  },

  async 'what is typed around the selection moves the changes along, what is typed inside makes them be refused'() {
    await scriptedReview(DRAWN, async ({ document, review }) => {
      const type = async (text: string, offset: number): Promise<void> => {
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, document.positionAt(offset), text);
        assert.ok(await vscode.workspace.applyEdit(edit));
      };
      await type('// before\r\n', 0);
      await review.acceptChange();
      assert.equal(document.getText(), `// before\r\n${made(1)}`);
      await type('// after', document.getText().length);
      await review.acceptChange();
      assert.equal(document.getText(), `// before\r\n${made(1, 2)}// after`);

      await type('let x;', document.getText().indexOf('let sum'));
      const { version } = document;
      await review.acceptChange();
      await review.accept();
      assert.equal(document.version, version, 'it was changed all the same');
    });
  },
};
