import type { InfillOptions } from '../../shared/infillOptions.js';
import type { Settings } from './settings.js';

/** Sampled texts have likely tokens only. */
const TOP_P = 0.95;
/** Fixed, so that equal requests have equal answers and can be answered from the cache. */
const SEED = 1;

/**
 * Each request is for one text: alternatives are asked for while that is read.
 *
 * @param automatic while a person types what is probably wrong only distracts; who asks gets it however sure the model is.
 */
export function infillOptions(settings: Settings, automatic: boolean): InfillOptions {
  const { sampler, remask, length, deadlineMs } = settings;
  return {
    ...(sampler === undefined ? {} : { sampler }),
    ...(remask === undefined ? {} : { remask }),
    ...(length === undefined ? {} : { length }),
    ...(deadlineMs === 0 ? {} : { deadlineMs }),
    steps: settings.steps,
    maxTokens: settings.maxTokens,
    candidates: 1,
    multiline: settings.multiline,
    temperature: settings.temperature,
    topP: TOP_P,
    seed: SEED,
    minConfidence: automatic ? settings.minimumConfidence : 0,
    trace: false,
  };
}

/**
 * For places that a person asks to have filled: without a deadline, as for a selection, and with a text where the model is in doubt too.
 *
 * @param attempt as for a selection
 */
export function holesOptions(settings: Settings, attempt: number): InfillOptions {
  const options = infillOptions({ ...settings, deadlineMs: 0 }, false);
  return { ...options, ...differing(settings, attempt), stopBelow: 0 };
}

/** What makes each attempt come to another result. At temperature 0 all of them would end in the same text. */
function differing({ temperature }: Settings, attempt: number): Pick<InfillOptions, 'temperature' | 'seed'> {
  return { temperature: attempt === 0 ? temperature : Math.max(temperature, 0.7), seed: SEED + attempt };
}

/**
 * There is no deadline: a person waits for the whole selection, sees how far it is and can cancel it, and the time of a selection
 * grows with its length.
 *
 * @param attempt 0 for the first try; each further one gives another result.
 */
export function denoiseOptions(settings: Settings, attempt: number): InfillOptions {
  return {
    ...infillOptions({ ...settings, deadlineMs: 0 }, true),
    multiline: 'always',
    ...differing(settings, attempt),
    minConfidence: 0, // a person looks at the result before it is used
  };
}
