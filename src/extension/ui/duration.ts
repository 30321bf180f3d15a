import type { Localizer } from './localizer.js';

/** A time as a person reads it: "173 ms", or "2.7 s" from a second on. */
export function duration(ms: number, l10n: Localizer): string {
  const whole = Math.round(ms);
  return whole < 1000 ? l10n.t('{0} ms', whole) : l10n.t('{0} s', (ms / 1000).toFixed(1));
}
