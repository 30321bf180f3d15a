import type { ModelSteps } from '../../shared/protocol.js';
import type { Estimate, Latency } from '../runtime/latency.js';
import { SETTING_SPECS } from '../settings/settingSpecs.js';

export interface StepChoice {
  readonly steps: number;
  readonly current: boolean;
  readonly estimate: Estimate | undefined;
  /** What the model's makers measured with this number: shares of held-out holes, 0..1. Undefined = not known. */
  readonly quality: { readonly exact: number; readonly beginsRight: number } | undefined;
  readonly recommended: boolean;
  /** The model takes no more than this, though more are set; undefined = it takes all of them. */
  readonly taken: number | undefined;
}

const USUAL = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64];

/**
 * The numbers of steps to choose from, ascending: those whose quality is known, or else the usual ones, up to where the model gains
 * no more. What is set already is always among them.
 *
 * @param typed what a person has typed into the list: a number in range becomes a choice of its own.
 * @param model what the model says of steps; undefined = not known, or another sampler is chosen.
 */
export function stepChoices(
  current: number,
  latency: Pick<Latency, 'estimate'>,
  typed = '',
  model?: ModelSteps,
): StepChoice[] {
  const { least, most } = stepRange(model);
  const recommended = model?.recommended ?? SETTING_SPECS.steps.default;
  const own = /^\d+$/.test(typed.trim()) ? Number(typed) : recommended;
  const offered = [...(model?.curve?.map(({ steps }) => steps) ?? USUAL), recommended, own, most];
  const all = new Set([...offered.filter((steps) => steps >= least && steps <= most), current]);
  return [...all]
    .sort((a, b) => a - b)
    .map((steps) => {
      const taken = Math.min(steps, most);
      const estimate = latency.estimate(steps);
      return {
        steps,
        current: steps === current,
        estimate: estimate?.measured === true ? estimate : latency.estimate(taken),
        quality: model?.curve?.find((each) => each.steps === taken),
        recommended: steps === recommended,
        taken: taken < steps ? taken : undefined,
      };
    });
}

/** Which numbers of steps can be chosen. */
export function stepRange(model: ModelSteps | undefined): { readonly least: number; readonly most: number } {
  const { minimum, maximum } = SETTING_SPECS.steps;
  return { least: minimum, most: Math.min(model?.most ?? maximum, maximum) };
}
