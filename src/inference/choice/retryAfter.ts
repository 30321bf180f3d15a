/** Nobody is believed who wants more. */
const MOST_MS = 60 * 60_000;

/**
 * After how many milliseconds an answer says that it may be asked again, in either form of HTTP (RFC 9110, 10.2.3): seconds, or a date.
 *
 * @returns undefined where it says nothing of it, or nothing that makes sense
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: () => number = Date.now): number | undefined {
  const said = headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(said) ? Number(said) * 1000 : Date.parse(said) - now();
  return Number.isNaN(ms) ? undefined : Math.min(MOST_MS, Math.max(0, ms));
}
