import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ask, commitShown, commitSuggestion } from './commitSuggestion.js';
import { drawnEditor } from './drawnEditor.js';
import type { HostTest } from './runTests.js';

/** Places where a line ends with a bracket that it opens, as a person would type it. */
const OPENING = [
  'for (let index = 0; index < 10; index++) ‸\n',
  'const values = [1, 2, 3];\n\nfor (const value of values) ‸\n',
  'export class Cart ‸\n',
];
/** What the line leaves open is closed behind the cursor, as an editor does it. */
const CLOSED_BEHIND = [
  "import { useState } from 'react';\n\nexport function List() {\n  const [tasks, setTasks] = useState(‸)\n}\n",
  'const total = [1, 2].map(‸);\n',
  "console.log('total', [‸]);\n",
];
/** The only line that tells how the file is indented is the cursor's own, or one of another block. */
const THIN = [
  "const app = express();\n\napp.get('/', (request, response) => {\n  ‸\n});\n",
  'function first(items: number[]) {\n  return items[0];\n}\n\nfunction last(items: number[]) {‸\n}\n',
];

/** The shape of what is suggested: how it ends, and how it is indented. */
export const shapeTests: Record<string, HostTest> = {
  async 'Enter behind an accepted bracket indents as behind a typed one'({ note }) {
    let seen = 0;
    for (const drawing of OPENING) {
      const typed = await lineAfterBracket(drawing, async () => {
        await vscode.commands.executeCommand('type', { text: '{' });
        await vscode.commands.executeCommand('deleteRight'); // what the editor has closed by itself
      });
      const accepted = await lineAfterBracket(drawing, async (drawn) => {
        const { inserted } = await commitSuggestion(drawn);
        note(JSON.stringify(inserted));
      });
      if (!accepted.endsWithBracket) continue;
      seen++;
      assert.equal(accepted.indent, typed.indent);
      assert.match(accepted.indent, /^[ \t]+$/);
    }
    assert.ok(seen > 0, 'no suggestion ended with a bracket');
  },

  async 'between brackets a suggestion closes what it opens, and nothing else'({ note }) {
    for (const drawing of CLOSED_BEHIND) {
      const drawn = await drawnEditor(drawing);
      const record = await ask(drawn);
      if (record.outcome !== 'suggested') continue;
      const inserted = await commitShown(drawn);
      note(JSON.stringify(inserted));
      let depth = 0;
      for (const bracket of inserted.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '').replace(/[^()[\]{}]/g, '')) {
        depth += '([{'.includes(bracket) ? 1 : -1;
        assert.ok(depth >= 0, `${inserted} closes what it did not open`);
      }
      assert.equal(depth, 0, `${inserted} leaves something open`);
    }
  },

  async 'a file tells how far lines stand in, whatever the editor is set to'({ note }) {
    for (const drawing of THIN) {
      const drawn = await drawnEditor(drawing);
      drawn.editor.options = { insertSpaces: true, tabSize: 4, indentSize: 4 };
      const record = await ask(drawn);
      assert.equal(record.outcome, 'suggested', `${record.reason ?? ''} ${record.detail}`);
      const inserted = await commitShown(drawn);
      note(JSON.stringify(inserted));
      const firstWritten = drawn.document.positionAt(drawn.prefix.length + inserted.search(/\S/));
      assert.match(drawn.document.lineAt(firstWritten).text, /^ {2}\S/);
    }
  },
};

interface NextLine {
  readonly endsWithBracket: boolean;
  /** Of the line that Enter begins. */
  readonly indent: string;
}

async function lineAfterBracket(
  drawing: string,
  write: (drawn: Awaited<ReturnType<typeof drawnEditor>>) => Promise<void>,
): Promise<NextLine> {
  const drawn = await drawnEditor(drawing);
  await write(drawn);
  const { line } = drawn.editor.selection.active;
  const endsWithBracket = drawn.document.lineAt(line).text.endsWith('{');
  await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  await vscode.commands.executeCommand('type', { text: '\n' });
  return { endsWithBracket, indent: /^\s*/.exec(drawn.document.lineAt(line + 1).text)![0] };
}
