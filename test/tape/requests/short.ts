import type { Scenario } from '../scenario.js';

export function shortScenarios(): Scenario[] {
  return [];
}
