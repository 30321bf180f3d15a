import type { Scenario } from '../scenario.js';
import { bundled } from './bundled.js';
import { checkpoints } from './checkpoints.js';
import { refusals } from './refusals.js';
import { recommendations, tiny } from './tiny.js';

/** The whole tape, the longest scenarios first so that no processor waits at the end. */
export function allScenarios(): Scenario[] {
  return [...bundled(), ...tiny(), ...checkpoints(), ...recommendations(), ...refusals()];
}
