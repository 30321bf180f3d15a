import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createDenoising } from '../../../src/extension/denoise/denoising.js';
import { FillEveryCursor } from '../../../src/extension/holes/fillEveryCursor.js';
import { RequestLog } from '../../../src/extension/log/requestLog.js';
import { FileExclusion } from '../../../src/extension/settings/fileExclusion.js';
import { ErrorNotice } from '../../../src/extension/ui/errorNotice.js';
import type { HolesRequest } from '../../../src/shared/infillRequest.js';
import { NO_PASSES } from '../../../src/shared/outcome.js';
import { fakeService } from '../../extension/fakeService.js';
import { type DrawnEditor, drawnEditor } from './drawnEditor.js';
import { until } from './infill.js';
import type { HostTest } from './runTests.js';
import { previewTab } from './scriptedDenoising.js';

const REPORT = {
  ...{ stepsUsed: 1, passes: NO_PASSES, canvasSize: 8, encodedTokens: 0, reusedTokens: 0 },
  ms: { tokenize: 0, context: 0, steps: [], postprocess: 0, total: 1 },
};
/** With CRLF and tabs. */
const DRAWN = 'function mean(values) {\r\n\tlet sum = ‸;\r\n\tfor (const v of values) {‸}\r\n\treturn ‸;\r\n}\r\n';
/** Of several lines, and one of them nothing. */
const TEXTS = ['0', '\r\n\t\tsum += v;\r\n\t', 'sum / values.length'];

interface Scripted extends DrawnEditor {
  readonly review: ReturnType<typeof createDenoising>['review'];
  readonly asked: readonly HolesRequest[];
  /** The document with a cursor's mark wherever one stands, once the document is in front. */
  readonly drawnNow: () => Promise<string>;
}

/** Fill Every Cursor in a new editor up to the proposal, with texts that are given. */
async function scripted(body: (shown: Scripted) => Promise<void>): Promise<void> {
  const drawn = await drawnEditor(DRAWN);
  const asked: HolesRequest[] = [];
  const service = fakeService({
    holes: async (request) => {
      asked.push(request);
      return TEXTS.map((text) => ({
        ...{ kind: 'infill', report: REPORT },
        candidates: [{ text, confidence: 1, tokens: [], stepsUsed: 1 }],
      }));
    },
  });
  const channel = vscode.window.createOutputChannel('Scripted holes', { log: true });
  const emitter = new vscode.EventEmitter<void>();
  const [exclusion, requests, notice] = [
    new FileExclusion(() => undefined),
    new RequestLog(),
    new ErrorNotice(channel),
  ];
  const denoising = createDenoising({ service, exclusion, requests, notice, onModelChange: emitter.event });
  const { review } = denoising;
  const filler = new FillEveryCursor({ service, review, exclusion, requests, notice });
  try {
    await filler.run();
    await until('the preview of the proposal', previewTab);
    await body({
      ...drawn,
      review,
      asked,
      drawnNow: async () => {
        const { document } = drawn;
        const editor = await until('the document in front', () => {
          const { activeTextEditor } = vscode.window;
          return activeTextEditor?.document === document && !isOpenNow() ? activeTextEditor : undefined;
        });
        const offsets = editor.selections.map(({ start, end }) => {
          assert.ok(start.isEqual(end), 'something is selected');
          return document.offsetAt(start);
        });
        const text = document.getText();
        return [0, ...offsets].map((start, index) => text.slice(start, offsets[index])).join('‸');
      },
    });
  } finally {
    await review.close();
    [filler, denoising, channel, emitter].forEach((each) => each.dispose());
  }
}

const isOpenNow = (): boolean => previewTab() !== undefined;

/** The drawing with texts at its cursors, each before its cursor. */
function drawnWith(...texts: readonly string[]): string {
  let index = 0;
  return DRAWN.replace(/‸/g, (cursor) => `${texts[index++] ?? ''}${cursor}`);
}

async function undo(document: vscode.TextDocument): Promise<string> {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('undo');
  return document.getText();
}

export const holesTests: Record<string, HostTest> = {
  async 'every cursor is filled from the text around all of them; accepted, each stands behind its text, and it is one undo step'() {
    await scripted(async ({ document, text, review, asked, drawnNow }) => {
      assert.deepEqual(asked[0]?.parts, DRAWN.split('‸'));
      assert.equal(asked[0].document.eol, '\r\n');
      assert.equal(document.getText(), text, 'nothing is inserted before anyone agreed');
      await review.accept();
      assert.equal(await drawnNow(), drawnWith(...TEXTS));
      assert.equal(await undo(document), text);
      await vscode.commands.executeCommand('redo');
      assert.equal(document.getText(), drawnWith(...TEXTS).replaceAll('‸', ''));
    });
  },

  async 'one accepted and two discarded: the cursors stand where they were, and behind the one text'() {
    await scripted(async ({ document, text, review, drawnNow }) => {
      await review.nextChange();
      await review.acceptChange();
      await review.discardChange();
      await review.discardChange();
      assert.equal(await drawnNow(), drawnWith('', TEXTS[1] ?? '', ''));
      assert.equal(await undo(document), text);
    });
    await scripted(async ({ review, drawnNow }) => {
      await review.acceptChange();
      await review.discard();
      assert.equal(await drawnNow(), drawnWith(TEXTS[0] ?? ''));
    });
  },

  async 'all discarded, the document and its cursors are as they were'() {
    await scripted(async ({ document, review, drawnNow }) => {
      const { version } = document;
      await review.discard();
      assert.equal(await drawnNow(), DRAWN);
      assert.equal(document.version, version);
    });
  },

  async 'another try asks for the cursors that are left, with what was accepted around them'() {
    await scripted(async ({ review, asked, drawnNow }) => {
      await review.acceptChange();
      await review.again();
      assert.deepEqual(
        asked[1]?.parts,
        drawnWith(TEXTS[0] ?? '')
          .replace('‸', '')
          .split('‸'),
      );
      await until('the preview again', previewTab);
      await review.discard();
      assert.equal(await drawnNow(), drawnWith(TEXTS[0] ?? ''));
    });
  },

  async 'what is typed elsewhere moves the cursors along, at a cursor it makes the proposal be refused'() {
    await scripted(async ({ document, review }) => {
      const type = async (added: string, offset: number): Promise<void> => {
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, document.positionAt(offset), added);
        assert.ok(await vscode.workspace.applyEdit(edit));
      };
      await type('// before\r\n', 0);
      await type('// after', document.getText().length);
      await review.acceptChange();
      assert.ok(document.getText().includes('let sum = 0;'));
      const second = 'values) {';
      await type('1', document.getText().lastIndexOf(second) + second.length);
      const { version } = document;
      await review.accept();
      assert.equal(document.version, version, 'it was changed all the same');
      await review.discard();
      assert.ok(!isOpenNow());
    });
  },
};
