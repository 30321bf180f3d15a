import * as z from 'zod';
import { numberOf } from '../../engine/contract/numberOf.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
import { mayBeLeftOut } from '../requests/leftOut.js';

const MOST_STOPS = 64;
const MOST_EXTRAS = 256;
const MOST_FIELDS = 64;

/** The body of llama.cpp's `POST /infill`; what is not named here means nothing to this model, and is ignored. */
export const infillSchema = z.object({
  input_prefix: z.string().default(''),
  input_suffix: z.string().default(''),
  input_extra: mayBeLeftOut(z.array(z.object({ filename: z.string().default(''), text: z.string() })).max(MOST_EXTRAS)),
  /** What stands between the prefix and the cursor. */
  prompt: z.string().default(''),
  n_predict: mayBeLeftOut(z.int()),
  n_cmpl: mayBeLeftOut(z.int()),
  t_max_predict_ms: mayBeLeftOut(z.number()),
  temperature: mayBeLeftOut(z.number()),
  top_p: mayBeLeftOut(z.number()),
  seed: mayBeLeftOut(z.int()),
  stop: mayBeLeftOut(z.array(z.string()).max(MOST_STOPS)),
  stream: mayBeLeftOut(z.boolean()),
  response_fields: mayBeLeftOut(z.array(z.string()).max(MOST_FIELDS)),
  /** Of this server: denoising steps. */
  steps: mayBeLeftOut(numberOf(OPTION_RANGES.steps)),
});
export type InfillBody = z.infer<typeof infillSchema>;
