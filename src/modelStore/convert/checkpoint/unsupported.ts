import { InfillError } from '../../../shared/infillError.js';

const REMEDY =
  'Infill runs masked and score-entropy diffusion models: SEDD, MDLM, LLaDA, iLLaDA, Dream, DreamOn, DiffuCoder, Open-dCoder, dQwen3, CoDA, DiffuGPT, and what dLLM made of Llama and Qwen.';

/** `reason` completes "The checkpoint cannot be converted: …". */
export function unsupported(reason: string, remedy = REMEDY): InfillError {
  return new InfillError('model-unsupported', `The checkpoint cannot be converted: ${reason}.`, remedy);
}
