import type { InfillOptions } from '../../src/shared/infillOptions.js';
import type { DenoiseRequest, HolesRequest, InfillRequest } from '../../src/shared/infillRequest.js';
import type { DenoiseOutcome, InfillOutcome } from '../../src/shared/outcome.js';

export const OPTIONS: InfillOptions = {
  steps: 4,
  maxTokens: 16,
  candidates: 1,
  multiline: 'auto',
  temperature: 0,
  topP: 0.95,
  seed: 1,
  minConfidence: 0,
  trace: false,
};

export function infillRequest(prefix: string, suffix = '', options: Partial<InfillOptions> = {}): InfillRequest {
  const context = { prefix, prefixOffset: 0, suffix, languageId: 'typescript', eol: '\n', indentUnit: '  ' } as const;
  return { context, options: { ...OPTIONS, ...options } };
}

export function denoiseRequest(prefix: string, selection = 'selection'): DenoiseRequest {
  return { ...infillRequest(prefix), selection, pinned: [], strength: 0.5 };
}

export function holesRequest(parts: readonly string[], options: Partial<InfillOptions> = {}): HolesRequest {
  const document = { languageId: 'typescript', eol: '\n', indentUnit: '  ' } as const;
  return { parts, document, options: { ...OPTIONS, ...options } };
}

/** The text of an outcome, or why there is none. */
export function textOf(outcome: InfillOutcome | DenoiseOutcome): string {
  switch (outcome.kind) {
    case 'infill':
      return outcome.candidates[0]?.text ?? 'no candidate';
    case 'denoised':
      return outcome.text;
    case 'none':
      return outcome.reason;
  }
}
