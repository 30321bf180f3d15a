import type { RecommendedOptions } from './model.js';

/**
 * The options that hold for a request of at most `steps` steps: a model that has few steps may do better with others than
 * with many. The first entry of `bySteps` that reaches `steps` has the word; beyond the last, the options themselves.
 */
export function recommendedAt(recommended: RecommendedOptions, steps: number): RecommendedOptions {
  const entry = recommended.bySteps?.find(({ upTo }) => steps <= upTo);
  if (!entry) return recommended;
  const { upTo: _, ...overrides } = entry;
  return { ...recommended, ...overrides };
}
