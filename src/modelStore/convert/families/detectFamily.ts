import * as z from 'zod';
import type { DetectedCheckpoint } from '../checkpoint/checkpointFamily.js';
import { CheckpointTokens } from '../checkpoint/checkpointTokens.js';
import type { ConversionAnswers } from '../checkpoint/conversion.js';
import { detectDit } from './dit.js';
import { detectDiffuGpt } from './diffuGpt.js';
import { detectLlada } from './llada.js';
import { detectLlamaLike } from './llamaLike.js';
import { maskQuestions } from '../checkpoint/maskQuestions.js';
import { unsupported } from '../checkpoint/unsupported.js';
import type { FamilySource } from './familySource.js';

const configSchema = z.looseObject({
  model_type: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
});

/** Models of other kinds that are asked for often, and why they cannot run. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['bd3lm', 'it is a block diffusion model, whose attention is causal between blocks'],
  ['e2d2', 'it is an encoder-decoder diffusion model'],
  ['lladamoe', 'it is a mixture of experts'],
  ['modernbert', 'it is an encoder with local attention'],
  ['bert', 'it is an encoder of another layout'],
  ['roberta', 'it is an encoder of another layout'],
]);

/**
 * Tells the family of a checkpoint and its conventions: which token is the mask, whether row i - 1 predicts token i, what the
 * network is told of time, which tokens open and end. `config`, `tokenizer` = the parsed config.json and tokenizer.json;
 * `tensors` = the names of its tensors, where known. Conventions: the reference code of each family, see `families/`.
 * Throws InfillError model-unsupported with the reason, for causal and unknown models, and model-corrupt.
 */
export function detectFamily(
  config: unknown,
  tokenizer: unknown,
  answers: ConversionAnswers = {},
  tensors: Iterable<string> = [],
): DetectedCheckpoint {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) throw unsupported('its config.json is not a description of a model');
  const tokens = new CheckpointTokens(tokenizer, 'tokenizer.json');
  const detected = familyOf({ config: parsed.data, tokens, answers }, parsed.data, tensors);
  const { family, tokens: special, architecture, questions } = detected;
  const { vocabularySize } = architecture;
  const stated = parsed.data['mask_token_id'];
  const more = maskQuestions({ family, mask: special.mask, stated, vocabularySize, tokens, answers });
  return { ...detected, questions: [...questions, ...more] };
}

function familyOf(
  source: FamilySource,
  { model_type: type = '', architectures }: z.infer<typeof configSchema>,
  tensors: Iterable<string>,
): DetectedCheckpoint {
  switch (type.toLowerCase()) {
    case 'llada':
      return detectLlada(source);
    case 'dream':
    case 'qwen2':
    case 'llama':
    case 'qwen3':
    case 'a2d-llama':
    case 'a2d-qwen2':
    case 'a2d-qwen3':
      return detectLlamaLike(type.toLowerCase(), source);
    case 'mdlm':
      return detectDit('mdlm', source);
    case 'gpt2':
      return detectDiffuGpt(source, {
        isDiffusion:
          architectures?.includes('DiscreteDiffusionModel') === true ||
          Array.from(tensors).some((name) => name.startsWith('denoise_model.')),
      });
    case '':
      // SEDD's uploads carry the training configuration.
      if (Object.hasOwn(source.config, 'graph') && Object.hasOwn(source.config, 'noise'))
        return detectDit('sedd', source);
      throw unsupported('its config.json does not say what model it is (no model_type)');
    default:
      throw unsupported(OTHERS.get(type.toLowerCase()) ?? `models of type "${type}" are not known`);
  }
}
