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
import { refuseOtherKinds } from './refuseOtherKinds.js';

const configSchema = z.looseObject({
  model_type: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
});

/** Classes that are one family whatever their configuration calls it, and that family's model_type in lower case. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['DiffuQwen3', 'diffuqwen3'],
  ['CoDALanguageModel', 'coda'],
  ['ILLaDAForCausalLM', 'illada'],
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
  refuseOtherKinds({ config: parsed.data, isSaidToDiffuse: answers.mask !== undefined });
  const tokens = new CheckpointTokens(tokenizer, 'tokenizer.json');
  const detected = familyOf({ config: parsed.data, tokens, answers }, parsed.data, tensors);
  const { family, tokens: special, architecture, questions } = detected;
  const { vocabularySize } = architecture;
  const stated = parsed.data['mask_token_id'];
  const more = maskQuestions({ family, special, stated, vocabularySize, tokens, answers });
  return { ...detected, questions: [...questions, ...more] };
}

function familyOf(
  source: FamilySource,
  { model_type: stated = '', architectures }: z.infer<typeof configSchema>,
  tensors: Iterable<string>,
): DetectedCheckpoint {
  const type = architectures?.flatMap((name) => CLASSES.get(name) ?? [])[0] ?? stated.toLowerCase();
  switch (type) {
    case 'llada':
      return detectLlada(source);
    case 'dream':
    case 'diffuqwen3':
    case 'coda':
    case 'illada':
    case 'qwen2':
    case 'llama':
    case 'qwen3':
    case 'a2d-llama':
    case 'a2d-qwen2':
    case 'a2d-qwen3':
      return detectLlamaLike(type, source);
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
      if (Object.hasOwn(source.config, 'graph') && Object.hasOwn(source.config, 'noise')) {
        // Both networks have tensors of the same shapes; only MDLM's upload wraps them.
        if (Array.from(tensors).some((name) => name.startsWith('backbone.'))) {
          throw unsupported(
            "its config.json is SEDD's, and its tensors are named as MDLM's",
            'Put the config.json that the weights were published with beside them.',
          );
        }
        return detectDit('sedd', source);
      }
      throw unsupported('its config.json does not say what model it is (no model_type)');
    default:
      throw unsupported(`models of type "${stated}" are not known`);
  }
}
