import type { Estimate, Latency } from '../runtime/latency.js';
import { SETTING_SPECS } from '../settings/settingSpecs.js';

export interface StepChoice {
  readonly steps: number;
  readonly current: boolean;
  readonly estimate: Estimate | undefined;
}

const USUAL = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64];

/** @param typed what a person has typed into the list: a number in range becomes a choice of its own. */
export function stepChoices(current: number, latency: Pick<Latency, 'estimate'>, typed = ''): StepChoice[] {
  const { minimum, maximum } = SETTING_SPECS.steps;
  const own = /^\d+$/.test(typed.trim()) ? Number(typed) : current;
  const all = new Set([...USUAL, current, ...(own >= minimum && own <= maximum ? [own] : [])]);
  return [...all]
    .sort((a, b) => a - b)
    .map((steps) => ({ steps, current: steps === current, estimate: latency.estimate(steps) }));
}
