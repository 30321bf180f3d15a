import type { ModelSteps } from '../../shared/protocol.js';
import type { Estimate, Latency } from '../runtime/latency.js';
import { SETTING_SPECS } from '../settings/settingSpecs.js';

export interface StepChoice {
  readonly steps: number;
  readonly current: boolean;
  /** Milliseconds as they are shown: of two digits, and never less than those of fewer steps. */
  readonly estimate: Estimate | undefined;
  /** What the model's makers measured with this number: shares of held-out holes, 0..1. Undefined = not known. */
  readonly quality: { readonly exact: number; readonly beginsRight: number } | undefined;
  readonly recommended: boolean;
  /** The model takes no more than this, though more are set; undefined = it takes all of them. */
  readonly taken: number | undefined;
  /** Numbers up to this one would say the same, and are left out; undefined = there are none. */
  readonly sameUpTo: number | undefined;
}

const USUAL = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64];

/**
 * The numbers of steps to choose from, ascending: those whose quality is known, or else the usual ones, up to where the model gains
 * no more. What is set already is always among them. Of those that say the same, one is left.
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
  const { most } = stepRange(model);
  const recommended = model?.recommended ?? SETTING_SPECS.steps.default;
  const own = ownNumber(typed);
  let least = 0;
  const choices = [...new Set([...offeredSteps(model, own), current])]
    .sort((a, b) => a - b)
    .map((steps) => {
      const taken = Math.min(steps, most);
      const known = latency.estimate(steps);
      const estimate = known?.measured === true ? known : latency.estimate(taken);
      least = Math.max(least, estimate?.ms ?? 0);
      return {
        steps,
        current: steps === current,
        estimate: estimate === undefined ? undefined : { ...estimate, ms: Number(least.toPrecision(2)) },
        quality: model?.curve?.find((each) => each.steps === taken),
        recommended: steps === recommended,
        taken: taken < steps ? taken : undefined,
        sameUpTo: undefined,
      };
    });
  return merged(choices, own);
}

/** The numbers that are worth measuring. */
export function offeredSteps(model: ModelSteps | undefined, own?: number): number[] {
  const { least, most } = stepRange(model);
  const recommended = model?.recommended ?? SETTING_SPECS.steps.default;
  const offered = [...(model?.curve?.map(({ steps }) => steps) ?? USUAL), recommended, own ?? recommended, most];
  return [...new Set(offered)].filter((steps) => steps >= least && steps <= most).sort((a, b) => a - b);
}

/** Which numbers of steps can be chosen. */
export function stepRange(model: ModelSteps | undefined): { readonly least: number; readonly most: number } {
  const { minimum, maximum } = SETTING_SPECS.steps;
  return { least: minimum, most: Math.min(model?.most ?? maximum, maximum) };
}

function ownNumber(typed: string): number | undefined {
  return /^\d+$/.test(typed.trim()) ? Number(typed) : undefined;
}

/** Of neighbours that say the same: the one that is set, or recommended, or else the first. A number that was typed stays. */
function merged(choices: readonly StepChoice[], own: number | undefined): StepChoice[] {
  const kept: StepChoice[] = [];
  for (const choice of choices) {
    const last = kept.at(-1);
    if (last === undefined || choice.steps === own || last.steps === own || !saySame(last, choice)) {
      kept.push(choice);
    } else if (!isMarked(last)) {
      kept[kept.length - 1] = isMarked(choice) ? choice : { ...last, sameUpTo: choice.steps };
    } else if (isMarked(choice)) {
      kept.push(choice);
    } else {
      kept[kept.length - 1] = { ...last, sameUpTo: choice.steps };
    }
  }
  return kept;
}

function isMarked({ current, recommended }: StepChoice): boolean {
  return current || recommended;
}

function saySame(a: StepChoice, b: StepChoice): boolean {
  const percent = (share: number | undefined): number | undefined =>
    share === undefined ? undefined : Math.round(share * 100);
  return (
    a.estimate !== undefined &&
    a.estimate.ms === b.estimate?.ms &&
    percent(a.quality?.exact) === percent(b.quality?.exact) &&
    percent(a.quality?.beginsRight) === percent(b.quality?.beginsRight)
  );
}
