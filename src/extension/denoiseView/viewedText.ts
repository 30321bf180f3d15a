import * as vscode from 'vscode';
import { TrackedSpan } from '../denoise/trackedSpan.js';
import type { Span, TextContext } from '../../shared/infillRequest.js';
import { contextAround, documentLength, replacedSpans, replaceSpans, spanText } from '../editor/editorText.js';

/** Lines, and units of them, that are shown on each side. */
const LINES = 6;
const UNITS = 1200;

/** Where in a document a view is about, so that it is found again after a reload. */
export interface ViewedSpan extends Span {
  readonly uri: string;
}

export type TextChange = 'around' | 'inside';

/** The text that a denoise view is about, in a document that goes on being edited. */
export class ViewedText implements vscode.Disposable {
  /** What stands there. */
  readonly text: string;
  private readonly tracked: TrackedSpan;
  private readonly subscription: vscode.Disposable;

  /** @param onChange told of changes of the document, and of its end. Not of the text's own replacement. */
  constructor(
    readonly document: vscode.TextDocument,
    span: Span,
    onChange: (change: TextChange | 'closed') => void,
  ) {
    this.text = spanText(document, span);
    this.tracked = new TrackedSpan(span);
    this.subscription = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document !== document || event.contentChanges.length === 0) return;
        const { span: before } = this.tracked;
        this.tracked.follow(replacedSpans(event));
        if (before !== undefined) onChange(this.tracked.span === undefined ? 'inside' : 'around');
      }),
      vscode.workspace.onDidCloseTextDocument((closed) => {
        if (closed === document) onChange('closed');
      }),
    );
  }

  /** Where it stands now; undefined once it was changed. */
  get span(): ViewedSpan | undefined {
    const { span } = this.tracked;
    return span && { ...span, uri: this.document.uri.toString() };
  }

  get isSelection(): boolean {
    return this.text !== '';
  }

  /** What the model is to read; undefined once the text was changed. */
  get context(): TextContext | undefined {
    const { span } = this.tracked;
    return span && contextAround(this.document, span);
  }

  /** The lines around, with `\n`. */
  get around(): { readonly before: string; readonly after: string } {
    const { start, end } = this.tracked.span ?? { start: 0, end: 0 };
    const before = lines(spanText(this.document, { start: Math.max(0, start - UNITS), end: start }));
    const after = lines(
      spanText(this.document, { start: end, end: Math.min(documentLength(this.document), end + UNITS) }),
    );
    return { before: before.slice(-LINES).join('\n'), after: after.slice(0, LINES).join('\n') };
  }

  /**
   * Puts a text in its place, in one undo step.
   *
   * @param text with `\n`
   * @returns the span of the new text; undefined where nothing was changed, for somebody else had
   */
  async replace(text: string): Promise<Span | undefined> {
    const { span } = this.tracked;
    if (span === undefined || spanText(this.document, span) !== this.text) return undefined;
    const own = this.document.eol === vscode.EndOfLine.CRLF ? text.replaceAll('\n', '\r\n') : text;
    const isDone = await this.tracked.whileEdited(() => replaceSpans(this.document, [{ span, text: own }]));
    return isDone ? { start: span.start, end: span.start + own.length } : undefined;
  }

  dispose(): void {
    this.subscription.dispose();
  }
}

function lines(text: string): string[] {
  return text.replaceAll('\r\n', '\n').split('\n');
}
