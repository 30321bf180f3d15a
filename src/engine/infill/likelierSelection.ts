import type { DenoiseRequest } from '../../shared/infillRequest.js';
import type { DenoiseOutcome } from '../../shared/outcome.js';
import { changedText } from '../../shared/textChange.js';
import type { ModelEncoder } from '../contract/model.js';
import { improvedSelection } from './improve/improvedSelection.js';
import { decodingFor } from './plan/decoding.js';
import type { Pipeline } from './run/pipeline.js';
import type { RunRecord } from './run/runRecord.js';

/** What a model proposes that can tell how likely a text is: what is likelier than what stands there, or why there is nothing. */
export async function likelierSelection(
  request: DenoiseRequest,
  parts: { readonly pipeline: Pipeline; readonly record: RunRecord; readonly encoder: ModelEncoder },
): Promise<DenoiseOutcome> {
  const { record, pipeline } = parts;
  const decoding = decodingFor({ ...request.options, candidates: 1, multiline: 'never' }, pipeline);
  const found = await improvedSelection(request, { ...parts, decoding });
  if (found === undefined) return record.cancelled();
  const { changes, refused, tokens, counts } = found;
  if (counts.tokens === 0) {
    const isPinned = request.pinned.length > 0;
    return record.none(
      'empty',
      isPinned ? 'All of the selection is pinned.' : 'There are only blanks in the selection.',
    );
  }
  if (changes.length > 0) {
    const text = changedText(request.selection, changes);
    return { kind: 'denoised', text, changes, refused, tokens, report: record.report() };
  }
  const { tokens: all, tried, places } = counts;
  const detail =
    places === 0
      ? 'The selected text is what the model finds likeliest.'
      : places === 1
        ? `${String(tried)} of ${String(all)} tokens were tried, in one place.`
        : `${String(tried)} of ${String(all)} tokens were tried, in ${String(places)} places.`;
  return { ...record.none('not-likelier', detail), refused };
}
