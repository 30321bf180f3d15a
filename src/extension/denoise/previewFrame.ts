import type * as vscode from 'vscode';
import type { Span } from '../../shared/infillRequest.js';
import { documentLength, lineAtOffset, spanOfLines, spanText } from '../editor/editorText.js';

/** Longer documents are shown around the selection only. */
const LONGEST_PREVIEW = 2_000_000;
const LINES_AROUND = 500;

/** What a preview shows around a selection. */
export interface PreviewFrame {
  readonly before: string;
  readonly after: string;
}

export function previewFrame(document: vscode.TextDocument, span: Span): PreviewFrame {
  const whole = documentLength(document) <= LONGEST_PREVIEW;
  const firstLine = whole ? 0 : lineAtOffset(document, span.start) - LINES_AROUND;
  const lastLine = whole ? document.lineCount : lineAtOffset(document, span.end) + LINES_AROUND;
  const around = spanOfLines(document, firstLine, lastLine);
  return {
    before: spanText(document, { start: around.start, end: span.start }),
    after: spanText(document, { start: span.end, end: around.end }),
  };
}

/** A notebook's cell must not look like a notebook. */
export function previewName(document: vscode.TextDocument): string {
  const name = document.uri.path.split('/').at(-1) ?? document.uri.path;
  return document.uri.scheme === 'vscode-notebook-cell' ? name.replace(/\.[^.]*$/, '') : name;
}
