import type { ProviderForm } from './providerForm.js';

/** OpenAI's completions with a suffix, as many servers have them: vLLM, DeepSeek, `infill serve`. */
export const openAiForm: ProviderForm = {
  label: 'OpenAI-compatible',
  defaultModel: '',
  needsKey: false,
  hasCount: true,
  fill: ({ model, before, after, maxTokens, isOneLine, count, temperature, topP, streams }) => ({
    path: '/completions',
    body: {
      model,
      prompt: before,
      suffix: after,
      max_tokens: maxTokens,
      temperature,
      ...(temperature > 0 ? { top_p: topP } : {}),
      ...(isOneLine ? { stop: ['\n'] } : {}),
      ...(count > 1 ? { n: count } : {}),
      ...(streams ? { stream: true } : {}),
    },
  }),
};
