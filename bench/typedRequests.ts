import type { InfillRequest } from '../src/shared/infillRequest.js';

/** A warm keystroke: what the editor asked before, and what it asks once a few characters more are typed. */
export interface TypedRequest {
  readonly before: InfillRequest;
  readonly request: InfillRequest;
}

const TYPED = 3;
/** UTF-16 units of text before the cursor that an editor sends. */
const SENT_BEFORE = 8000;
const OPTIONS = {
  maxTokens: 64,
  candidates: 1,
  multiline: 'auto',
  temperature: 0,
  topP: 0.95,
  seed: 1,
  minConfidence: 0,
  trace: false,
} as const;

/** `count` cursors spread over `text`, each inside a line: the characters that were typed begin no new one, so the text after them stays. */
export function typedRequests(text: string, count: number, steps: number): TypedRequest[] {
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor(((i + 0.5) * (text.length - 3000)) / count);
    const at = start + /\S{4}/u.exec(text.slice(start))!.index + TYPED + 1;
    return { before: requestAt(text, at - TYPED, steps), request: requestAt(text, at, steps) };
  });
}

function requestAt(text: string, at: number, steps: number): InfillRequest {
  const context = { languageId: 'typescript', eol: '\n', indentUnit: '  ' } as const;
  const lineEnd = text.indexOf('\n', at);
  const sent = Math.max(0, at - SENT_BEFORE);
  return {
    context: {
      ...context,
      prefix: text.slice(sent, at),
      // The window's edge stands on a grid over the document: typing moves it rarely.
      prefixOffset: sent,
      suffix: text.slice(lineEnd, lineEnd + 2000),
    },
    options: { ...OPTIONS, steps },
  };
}
