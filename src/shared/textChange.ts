import type { Span } from './infillRequest.js';

/** A part of a text, and what is to stand there instead. */
export interface TextChange {
  readonly span: Span;
  readonly text: string;
}

/** `text` with all of `changes`, which are ascending and do not overlap. */
export function changedText(text: string, changes: readonly TextChange[]): string {
  let end = 0;
  const parts = changes.map(({ span, text: own }) => {
    const kept = text.slice(end, span.start);
    end = span.end;
    return kept + own;
  });
  return parts.join('') + text.slice(end);
}

/** Where the new texts of `changes` stand in the changed text. */
export function madeSpans(changes: readonly TextChange[]): readonly Span[] {
  let shift = 0;
  return changes.map(({ span, text }) => {
    const start = span.start + shift;
    shift += text.length - (span.end - span.start);
    return { start, end: start + text.length };
  });
}
