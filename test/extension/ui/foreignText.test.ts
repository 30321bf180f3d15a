import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { AddProgressText } from '../../../src/extension/modelManager/addProgressText.js';
import { modelLine } from '../../../src/extension/modelManager/modelLine.js';
import { foreignText } from '../../../src/extension/ui/foreignText.js';
import { plainLocalizer } from '../plainLocalizer.js';
import { sourceFiles } from '../sourceFiles.js';

const HOSTILE = '[Free memory](command:workbench.action.quit "a") $(check) $(sync~spin) \u202e\u001b[31m';
/** What VS Code makes a link of in notifications (src/vs/base/common/linkedText.ts), and what it makes an icon of. */
const LINK = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)/i;
const ICON = /\$\([\w~-]+\)/;
const ACTS = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u;

function assertHarmless(text: string): void {
  for (const acts of [LINK, ICON, ACTS]) assert.doesNotMatch(text, acts);
}

void describe('text from elsewhere in the editor', () => {
  it('is no link, no icon, and can be seen', () => {
    assert.match(HOSTILE, LINK);
    assert.match(HOSTILE, ICON);
    const shown = foreignText(HOSTILE);
    assertHarmless(shown);
    assert.equal(
      shown,
      String.raw`[Free memory] (command:workbench.action.quit "a") $ (check) $ (sync~spin) \u202e\x1b[31m`,
    );
    assert.equal(foreignText('a[0](b), $(1 + 2) and 你好'), 'a[0] (b), $(1 + 2) and 你好');
  });

  it('is none in the list of models, nor in the progress of an import', () => {
    const model = { name: HOSTILE, title: '', version: HOSTILE, license: HOSTILE, isBundled: false, precision: 'int8' };
    const facts = { bytes: 1, memoryBytes: 1, msPerStep: null, measuredOn: '', folder: '/' };
    for (const problem of ['', HOSTILE]) {
      const { label, description, detail } = modelLine(
        { ...model, ...facts, problem },
        false,
        undefined,
        plainLocalizer,
      );
      [label.replace('$(error) ', ''), description, detail].forEach(assertHarmless);
    }
    const progress = new AddProgressText(plainLocalizer);
    assertHarmless(progress.next({ phase: 'download', done: 0, total: 0, detail: HOSTILE }).message);
  });

  it('goes into no notification as it is', async () => {
    let count = 0;
    for (const { name, text } of await sourceFiles()) {
      for (const { message, call } of notifications(name, text)) {
        count++;
        assert.ok(isSafe(message), `${name}: ${call}`);
      }
    }
    assert.ok(count > 10, String(count));
  });
});

/** First arguments of all calls that show a notification, and titles of progress in one. */
function notifications(name: string, text: string): { readonly message: ts.Expression; readonly call: string }[] {
  const found: { message: ts.Expression; call: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const callee = node.expression.getText();
      const [first] = node.arguments;
      if (first !== undefined && /window\.show(Information|Warning|Error)Message$/.test(callee)) {
        found.push({ message: first, call: node.getText() });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true));
  return found;
}

/** Made harmless, or a text of our own without any part that is put in. */
function isSafe(message: ts.Expression): boolean {
  if (!ts.isCallExpression(message)) return false;
  const callee = message.expression.getText();
  return callee === 'foreignText' || (/(^|\.)l10n\.t$/.test(callee) && message.arguments.length === 1);
}
