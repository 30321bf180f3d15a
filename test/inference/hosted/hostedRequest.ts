import type { InfillOptions } from '../../../src/shared/infillOptions.js';
import type { InfillRequest } from '../../../src/shared/infillRequest.js';

export const OPTIONS: InfillOptions = {
  steps: 8,
  maxTokens: 64,
  candidates: 1,
  multiline: 'auto',
  temperature: 0,
  topP: 0.95,
  seed: 1,
  minConfidence: 0,
  trace: false,
};

/** With all that an editor adds to a request and that is never sent. */
export function requestOf(prefix: string, suffix = '\n', options: Partial<InfillOptions> = {}): InfillRequest {
  const document = { languageId: 'typescript', eol: '\n', indentUnit: '  ', uri: 'file:///a.ts' } as const;
  return {
    context: { prefix, prefixOffset: 0, suffix, ...document },
    options: { ...OPTIONS, ...options },
    recent: { edits: [] },
    names: ['secretName'],
  };
}
