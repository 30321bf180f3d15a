import type { InfillOptions } from '../../../src/shared/infillOptions.js';
import type { InfillRequest, TextContext } from '../../../src/shared/infillRequest.js';

export const OPTIONS: InfillOptions = {
  steps: 8,
  maxTokens: 32,
  candidates: 1,
  multiline: 'auto',
  temperature: 0,
  topP: 1,
  seed: 0,
  minConfidence: 0,
  trace: true,
};

export function contextOf(prefix: string, suffix: string, change: Partial<TextContext> = {}): TextContext {
  return { prefix, prefixOffset: 0, suffix, languageId: 'typescript', eol: '\n', indentUnit: '  ', ...change };
}

/** `|` is the cursor. */
export function requestOf(
  drawn: string,
  options: Partial<InfillOptions> = {},
  change: Partial<TextContext> = {},
): InfillRequest {
  const [prefix, suffix] = drawn.split('|') as [string, string];
  return { context: contextOf(prefix, suffix, change), options: { ...OPTIONS, ...options } };
}
