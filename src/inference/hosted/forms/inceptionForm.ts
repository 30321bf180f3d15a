import type { ProviderForm } from './providerForm.js';

/** Its documents allow no more. */
const MOST_TOKENS = 8192;

/**
 * Inception's Mercury Edit, by the OpenAPI documents of `/v1/fim/completions` and `/v1/edit/completions`. Neither has steps or another knob
 * between quality and speed (`reasoning_effort` and `diffusing` are of `/v1/chat/completions` alone), nor a count of texts, and the first
 * has no temperature. The second does not stream.
 */
export const inceptionForm: ProviderForm = {
  label: 'Inception',
  defaultModel: 'mercury-edit-2',
  needsKey: true,
  hasCount: false,
  fill: ({ model, before, after, maxTokens, isOneLine, temperature, topP, streams }) => ({
    path: '/fim/completions',
    body: {
      model,
      prompt: before,
      suffix: after,
      max_tokens: Math.min(maxTokens, MOST_TOKENS),
      ...(temperature > 0 ? { top_p: topP } : {}),
      ...(isOneLine ? { stop: ['\n'] } : {}), // its own are the ends of blocks
      ...(streams ? { stream: true } : {}),
    },
  }),
  edit: ({ model, prompt, maxTokens }) => ({
    path: '/edit/completions',
    body: {
      model,
      messages: [{ role: 'user', content: prompt }],
      max_tokens: Math.min(maxTokens, MOST_TOKENS),
    },
  }),
};
