import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createDenoising, type Denoising } from '../../../src/extension/denoise/denoising.js';
import { RequestLog } from '../../../src/extension/log/requestLog.js';
import { FileExclusion } from '../../../src/extension/settings/fileExclusion.js';
import { ErrorNotice } from '../../../src/extension/ui/errorNotice.js';
import type { DenoisedChange } from '../../../src/shared/outcome.js';
import { NO_PASSES } from '../../../src/shared/outcome.js';
import { fakeService } from '../../extension/fakeService.js';
import { type DrawnEditor, drawnEditor } from './drawnEditor.js';
import { until } from './infill.js';

const REPORT = {
  stepsUsed: 1,
  passes: NO_PASSES,
  canvasSize: 8,
  ms: { tokenize: 0, context: 0, steps: [], postprocess: 0, total: 1 },
  encodedTokens: 0,
  reusedTokens: 0,
};
const PUT = /⟦([^⟧→]*)→([^⟧]*)⟧/g;

export interface ScriptedReview extends DrawnEditor {
  readonly review: Denoising['review'];
  /** What the two sides of the comparison say now. */
  readonly sides: () => readonly [string, string];
  /** What is selected on the right side. */
  readonly lookedAt: () => string;
  /** Puts the cursor somewhere on the left side. */
  readonly pointAt: (offset: number) => Promise<void>;
  readonly isOpen: () => boolean;
}

/**
 * Denoise Selection in a new editor up to the proposal, with an outcome that is drawn: `⟦-→+⟧` in the selection `«...»` is a change.
 * The review must not depend on what a model finds.
 */
export async function scriptedReview(drawn: string, body: (shown: ScriptedReview) => Promise<void>): Promise<void> {
  const editor = await drawnEditor(drawn.replace(PUT, '$1'));
  const changes: DenoisedChange[] = [];
  const selected = drawn.slice(drawn.indexOf('«') + 1, drawn.indexOf('»'));
  let skipped = 0;
  for (const { 0: whole, 1: before = '', 2: text = '', index } of selected.matchAll(PUT)) {
    const start = index - skipped;
    changes.push({ span: { start, end: start + before.length }, before, text });
    skipped += whole.length - before.length;
  }
  const channel = vscode.window.createOutputChannel('Scripted', { log: true });
  const emitter = new vscode.EventEmitter<void>();
  const denoising = createDenoising({
    service: fakeService({
      denoise: async ({ selection }) => {
        assert.equal(selection, selected.replace(PUT, '$1'), 'another text is denoised than was selected');
        const text = selected.replace(PUT, '$2');
        return { kind: 'denoised', text, changes, refused: [], tokens: [], report: REPORT };
      },
    }),
    exclusion: new FileExclusion(() => undefined),
    requests: new RequestLog(),
    notice: new ErrorNotice(channel),
    onModelChange: emitter.event,
  });
  try {
    await denoising.denoiser.run();
    const { input } = await until('the preview of the proposal', previewTab);
    assert.ok(input instanceof vscode.TabInputTextDiff);
    const [left, right] = [input.original, input.modified];
    await body({
      ...editor,
      review: denoising.review,
      sides: () => [textOf(left), textOf(right)],
      lookedAt: () => {
        const at = editorOf(right);
        return at === undefined ? '(no editor)' : at.document.getText(at.selection);
      },
      pointAt: async (offset) => {
        const at = editorOf(left);
        assert.ok(at, 'the left side is not to be seen');
        const seen = new Promise<void>((resolve) => {
          const listener = vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
            if (textEditor.document.uri.toString() === left.toString()) {
              listener.dispose();
              resolve();
            }
          });
        });
        const position = at.document.positionAt(offset);
        at.selection = new vscode.Selection(position, position);
        await seen;
      },
      isOpen: () => previewTab() !== undefined,
    });
  } finally {
    await denoising.review.discard();
    denoising.dispose();
    channel.dispose();
    emitter.dispose();
  }
}

export function previewTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .find((tab) => tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === 'infill-preview');
}

function textOf(uri: vscode.Uri): string {
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  return document?.getText() ?? '(no document)';
}

function editorOf(uri: vscode.Uri): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
}
