import * as z from 'zod';
import { InfillError } from '../../shared/infillError.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
import { numberOf } from '../../engine/contract/numberOf.js';
import { DEFAULT_TOKENS, type GivenOptions, LEAST_TOP_P } from '../requests/optionsOf.js';
import { mayBeLeftOut } from '../requests/leftOut.js';
import { promptParts } from '../requests/promptParts.js';

const MOST_PROMPTS = 8;
const MOST_STOPS = 64;

/** The body of `POST /v1/completions`; what is not named here is ignored, since clients send much that means nothing to this model. */
export const completionSchema = z.object({
  model: mayBeLeftOut(z.string()),
  prompt: z.union([z.string(), z.array(z.string()).min(1).max(MOST_PROMPTS)]),
  suffix: mayBeLeftOut(z.string()),
  /** Less than 0 = as many as fit. */
  max_tokens: mayBeLeftOut(z.int()),
  temperature: mayBeLeftOut(numberOf(OPTION_RANGES.temperature)),
  top_p: mayBeLeftOut(z.number().min(0).max(1)),
  n: mayBeLeftOut(numberOf(OPTION_RANGES.candidates)),
  stream: mayBeLeftOut(z.boolean()),
  stop: mayBeLeftOut(z.union([z.string(), z.array(z.string()).max(MOST_STOPS)])),
  seed: mayBeLeftOut(z.int()),
  echo: mayBeLeftOut(z.boolean()),
  /** Of this server: denoising steps. */
  steps: mayBeLeftOut(numberOf(OPTION_RANGES.steps)),
  /** Of this server: a VS Code language id. */
  language: mayBeLeftOut(z.string().min(1).max(100)),
});
export type CompletionBody = z.infer<typeof completionSchema>;

/** What a body asks for. */
export interface CompletionRequest {
  readonly holes: readonly { readonly prefix: string; readonly suffix: string }[];
  readonly options: GivenOptions;
  readonly stops: readonly string[];
  readonly language: string;
}

/** @throws InfillError `invalid-request` where it asks for what this server does not do */
export function completionRequest(body: CompletionBody): CompletionRequest {
  if (body.echo === true) {
    throw new InfillError('invalid-request', '"echo" is not supported.', 'Leave it out: the client has the prompt.');
  }
  const prompts = typeof body.prompt === 'string' ? [body.prompt] : body.prompt;
  const { suffix, stop, max_tokens: most = -1 } = body;
  return {
    holes: prompts.map((prompt) => (typeof suffix === 'string' ? { prefix: prompt, suffix } : promptParts(prompt))),
    options: {
      maxTokens: most < 0 ? DEFAULT_TOKENS : Math.min(Math.max(most, 1), OPTION_RANGES.maxTokens.most),
      candidates: body.n ?? 1,
      temperature: body.temperature,
      topP: body.top_p && Math.max(body.top_p, LEAST_TOP_P),
      seed: body.seed,
      steps: body.steps,
    },
    stops: [stop ?? []].flat(),
    language: body.language ?? 'plaintext',
  };
}
