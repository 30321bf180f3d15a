import type { InfillOptions } from '../../../src/shared/infillOptions.js';
import type { InfillRequest } from '../../../src/shared/infillRequest.js';
import { infillRequest, OPTIONS as FEW } from '../requests.js';

export const OPTIONS: InfillOptions = { ...FEW, steps: 8, maxTokens: 64 };

/** With all that an editor adds to a request and that is never sent. */
export function requestOf(prefix: string, suffix = '\n', options: Partial<InfillOptions> = {}): InfillRequest {
  const request = infillRequest(prefix, suffix, { ...OPTIONS, ...options });
  return {
    ...request,
    context: { ...request.context, uri: 'file:///a.ts' },
    recent: { edits: [] },
    names: ['secretName'],
  };
}
