import * as vscode from 'vscode';
import type { HolesRequest, Span, TextContext } from '../../shared/infillRequest.js';
import { readAround, readPrefix, readSuffix, segmentOf, type TextSegment } from '../../atCursor/documentText.js';
import type { Suggestion } from '../../atCursor/suggestion.js';
import { precedingCells } from './notebookCells.js';

// The only file that handles vscode.Position and Range: elsewhere text is a prefix, a suffix, and offsets.
// Documents may be large, so text is read by range and only as far as it is sent.

/** What a change replaces, by lines from 0 and units in them, and by what. */
export interface ReplacedLines {
  readonly first: number;
  readonly firstCharacter: number;
  readonly last: number;
  readonly lastCharacter: number;
  readonly text: string;
}

/** Where an inline suggestion goes, and what the model is to see there. */
export interface Hole {
  readonly context: TextContext;
  /** The cursor's, from 0. */
  readonly line: number;
  /** The end of the context's prefix that is not in the document: what the selected IntelliSense item would add before the cursor. */
  readonly ahead: string;
  /** A suggestion's whole text from the cursor on, with what the selected item would add there. */
  readonly fromCursor: (suggestion: Suggestion) => string;
  readonly item: (suggestion: Suggestion) => vscode.InlineCompletionItem;
  /** What the model would see once a suggestion is accepted and `typed` after it. Holds while the document is as it was. */
  readonly accepted: (suggestion: Suggestion, typed?: string) => TextContext;
}

/**
 * The hole at the cursor, behind a text that stands in no document (`preface`). With an IntelliSense item selected, the text is as if that item were inserted, and suggestions
 * begin with it and replace what it would replace: VS Code shows no others.
 *
 * @returns undefined if the selected item does not continue the text before the cursor, so that nothing can be shown.
 */
export function holeAtCursor(
  document: vscode.TextDocument,
  cursor: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
  preface = '',
): Hole | undefined {
  const range = selected?.range ?? new vscode.Range(cursor, cursor);
  const inserted = selected?.text ?? '';
  const typed = document.getText(new vscode.Range(range.start, cursor));
  if (!range.isSingleLine || !range.contains(cursor) || !inserted.startsWith(typed)) {
    return undefined;
  }
  const before = [segmentOf(preface), ...textBefore(document, document.offsetAt(range.start))];
  const context = contextOf(document, [...before, segmentOf(inserted)], document.offsetAt(range.end));
  return {
    context,
    line: range.start.line,
    // What the item would replace after the cursor is still there without it.
    ahead: range.end.isEqual(cursor) ? inserted.slice(typed.length) : '',
    fromCursor: ({ text }) => inserted.slice(typed.length) + text,
    item: ({ text, replaceAfter }) =>
      new vscode.InlineCompletionItem(
        inserted + text,
        new vscode.Range(range.start, range.end.translate(0, replaceAfter)),
      ),
    accepted: ({ text, replaceAfter }, typed = '') =>
      contextOf(document, [...before, segmentOf(inserted + text + typed)], document.offsetAt(range.end) + replaceAfter),
  };
}

/**
 * Where the other cursors of an editor stand, in ascending order, as offsets from this one. VS Code shows an inline suggestion
 * at all of them where the text that it replaces is the same there, and inserts it at all.
 */
export function otherCursors(editor: vscode.TextEditor | undefined, cursor: vscode.Position): readonly number[] {
  const here = editor?.document.offsetAt(cursor) ?? 0;
  return (editor?.selections ?? [])
    .map((selection) => (editor?.document.offsetAt(selection.end) ?? 0) - here)
    .filter((offset) => offset !== 0)
    .toSorted((a, b) => a - b);
}

/** The text of the cursor's line on both sides of it, and the line's number, from 0. */
export function lineAround(
  document: vscode.TextDocument,
  cursor: vscode.Position,
): { readonly line: number; readonly before: string; readonly after: string } {
  const { line } = cursor;
  const { end } = document.lineAt(line).range;
  const start = new vscode.Position(line, 0);
  const text = (from: vscode.Position, to: vscode.Position): string => document.getText(new vscode.Range(from, to));
  return { line, before: text(start, cursor), after: text(cursor, end) };
}

/** The empty range at the end of the cursor's line. */
export function endOfLine(document: vscode.TextDocument, cursor: vscode.Position): vscode.Range {
  const { end } = document.lineAt(cursor.line).range;
  return new vscode.Range(end, end);
}

/** Where a position is in the document as it is now. */
export function offsetIn(document: vscode.TextDocument, position: vscode.Position): number {
  return document.offsetAt(position);
}

/** The text around a span of the document. */
export function contextAround(document: vscode.TextDocument, span: Span): TextContext {
  return contextOf(document, textBefore(document, span.start), span.end);
}

/** The primary selection as offsets. */
export function selectedSpan({ document, selection }: vscode.TextEditor): Span {
  return spanOf(document, selection);
}

/** Every selection as offsets, in the order of the document. */
export function selectedSpans({ document, selections }: vscode.TextEditor): readonly Span[] {
  return selections.map((selection) => spanOf(document, selection)).toSorted((a, b) => a.start - b.start);
}

/** Places in a document's text, with all of that or, where it is long, with what a model may read of it. */
export interface TextAround extends Pick<HolesRequest, 'parts' | 'document'> {
  /** Whether that is all of it. */
  readonly isWhole: boolean;
}

/** The text around places in a document, which are in ascending order. */
export function textAround(document: vscode.TextDocument, places: readonly number[]): TextAround {
  const [first = 0, ...others] = places;
  const between = others.map((end, index) => [segmentOfDocument(document, places[index] ?? 0, end)]);
  const after = [segmentOfDocument(document, places.at(-1) ?? 0, documentLength(document))];
  return { ...readAround([textBefore(document, first), ...between, after]), document: formOf(document) };
}

export function spanText(document: vscode.TextDocument, span: Span): string {
  return document.getText(rangeOf(document, span));
}

export function documentLength(document: vscode.TextDocument): number {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
}

/** Number of the line, from 0, at an offset. */
export function lineAtOffset(document: vscode.TextDocument, offset: number): number {
  return document.positionAt(offset).line;
}

/** The offsets of whole lines; numbers beyond the document count as its first or last line. */
export function spanOfLines(document: vscode.TextDocument, first: number, last: number): Span {
  const end = document.lineAt(Math.min(last, document.lineCount - 1)).range.end;
  return {
    start: document.offsetAt(new vscode.Position(Math.max(0, first), 0)),
    end: document.offsetAt(end),
  };
}

/** Makes all replacements in one edit, so that they are undone in one step. @returns whether VS Code made it. */
export async function replaceSpans(
  document: vscode.TextDocument,
  replacements: readonly { readonly span: Span; readonly text: string }[],
): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  for (const { span, text } of replacements) {
    edit.replace(document.uri, rangeOf(document, span), text);
  }
  return vscode.workspace.applyEdit(edit);
}

/** Sets a cursor at each of some places, the first of which is the primary one and comes into view. */
export function placeCursors(editor: vscode.TextEditor, places: readonly number[]): void {
  const ranges = places.map((place) => rangeOf(editor.document, { start: place, end: place }));
  editor.selections = ranges.map(({ start }) => new vscode.Selection(start, start));
  const [first] = ranges;
  if (first !== undefined) {
    editor.revealRange(first, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

/** Selects a span and scrolls it into view. */
export function selectSpan(editor: vscode.TextEditor, span: Span): void {
  const range = rangeOf(editor.document, span);
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** For `vscode.diff`: stays open, with a span of its right side selected and in view. */
export function showSpan(document: vscode.TextDocument, span: Span): vscode.TextDocumentShowOptions {
  return { selection: rangeOf(document, span), preview: false };
}

/** The spans of a change event, each with the length of the text that replaces it, as the event orders them. */
export function replacedSpans(
  event: vscode.TextDocumentChangeEvent,
): { readonly span: Span; readonly newLength: number }[] {
  return event.contentChanges.map((change) => ({
    span: { start: change.rangeOffset, end: change.rangeOffset + change.rangeLength },
    newLength: change.text.length,
  }));
}

/** The lines and units of a change event's changes, with the text that replaces them, as the event orders them. */
export function replacedLines(event: vscode.TextDocumentChangeEvent): ReplacedLines[] {
  return event.contentChanges.map(({ range: { start, end }, text }) => ({
    first: start.line,
    firstCharacter: start.character,
    last: end.line,
    lastCharacter: end.character,
    text,
  }));
}

/** All of a document's text; undefined where it is longer than `most` units. */
export function documentText(document: vscode.TextDocument, most: number): string | undefined {
  return documentLength(document) > most ? undefined : document.getText();
}

function contextOf(document: vscode.TextDocument, before: readonly TextSegment[], suffixStart: number): TextContext {
  return {
    ...readPrefix(before),
    suffix: readSuffix(segmentOfDocument(document, suffixStart, documentLength(document))),
    ...formOf(document),
  };
}

function formOf(document: vscode.TextDocument): HolesRequest['document'] {
  return {
    languageId: document.languageId,
    eol: document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n',
    indentUnit: indentUnitOf(document),
  };
}

/** Cells of a notebook that run before this one belong to its context; elsewhere this is only the document's own text. */
function textBefore(document: vscode.TextDocument, end: number): TextSegment[] {
  const gap = segmentOf(document.eol === vscode.EndOfLine.CRLF ? '\r\n\r\n' : '\n\n');
  const cells = precedingCells(document).flatMap((cell) => [segmentOfDocument(cell, 0, documentLength(cell)), gap]);
  return [...cells, segmentOfDocument(document, 0, end)];
}

function segmentOfDocument(document: vscode.TextDocument, from: number, to: number): TextSegment {
  return {
    length: to - from,
    read: (start, end) => spanText(document, { start: from + start, end: from + end }),
  };
}

function spanOf(document: vscode.TextDocument, { start, end }: vscode.Range): Span {
  return { start: document.offsetAt(start), end: document.offsetAt(end) };
}

function rangeOf(document: vscode.TextDocument, span: Span): vscode.Range {
  return new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
}

function indentUnitOf(document: vscode.TextDocument): string {
  const options = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.options;
  if (options?.insertSpaces === false) {
    return '\t';
  }
  const size = options?.indentSize ?? options?.tabSize;
  return ' '.repeat(typeof size === 'number' ? size : 4);
}
