import { InfillError } from '../../../shared/infillError.js';
import { type LengthName, LENGTHS } from '../../../shared/infillOptions.js';
import { OPTION_RANGES } from '../../../shared/optionRanges.js';
import { parseSpec, SpecReader } from '../../diffusion/samplers/samplerSpec.js';
import { type ModelManifestView, networkOf } from '../../contract/model.js';

/** How long a middle is. */
export type LengthPolicy =
  /** As the text around says, at most; the model's `<eom>` ends it sooner. */
  | { readonly kind: 'auto' }
  /** As many tokens as the request allows, all of them text. */
  | { readonly kind: 'fixed' }
  /** What a search before the first step finds (CAL), all of it text. */
  | { readonly kind: 'cal'; readonly from: number; readonly patience: number }
  /** `from` tokens, and what the model makes of them with its tokens for longer and shorter (DreamOn). */
  | { readonly kind: 'expand'; readonly from: number };

const FIRST_LENGTH = { ...OPTION_RANGES.maxTokens, otherwise: 8 };

/**
 * @param spec a name of `LENGTHS`, with parameters where wanted.
 * @throws InfillError `invalid-request` for what does not exist, and for what the model cannot do, with the reason.
 */
export function lengthPolicy(spec: string, manifest: ModelManifestView): LengthPolicy {
  const reader = new SpecReader(parseSpec(spec));
  const policy = policyFor(reader);
  reader.end();
  const { graph } = networkOf(manifest);
  if (policy.kind === 'expand' && manifest.tokens.expand === undefined) {
    throw refusal(
      `The model ${manifest.name} has no token with which it could make a canvas longer.`,
      'Choose another length than "expand", or a model that was trained for it (DreamOn).',
    );
  }
  if ((policy.kind === 'expand' || policy.kind === 'cal') && graph === 'uniform') {
    throw refusal(
      `The length "${policy.kind}" needs masks, and the noise of the model ${manifest.name} is uniform.`,
      'Choose the length "fixed".',
    );
  }
  return policy;
}

function policyFor(reader: SpecReader): LengthPolicy {
  switch (reader.name as LengthName) {
    case 'auto':
      return { kind: 'auto' };
    case 'fixed':
      return { kind: 'fixed' };
    case 'cal': {
      const patience = reader.number('patience', { least: 1, most: 64, whole: true, otherwise: 4 });
      return { kind: 'cal', from: reader.number('from', FIRST_LENGTH), patience };
    }
    case 'expand':
      return { kind: 'expand', from: reader.number('from', FIRST_LENGTH) };
    default:
      throw refusal(`There is no length "${reader.name}".`, `Choose one of: ${LENGTHS.join(', ')}.`);
  }
}

function refusal(message: string, remedy: string): InfillError {
  return new InfillError('invalid-request', message, remedy);
}
