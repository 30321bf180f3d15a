import { toLineFeeds } from '../../text/lineEnds.js';
import type { MiddleDemands } from './demands.js';

/** Whether a middle of so many tokens is what is demanded. */
export function demandsMet(
  middle: { readonly text: string; readonly tokens: number },
  { contains = '', least, most }: MiddleDemands,
): boolean {
  return middle.tokens >= least && middle.tokens <= most && toLineFeeds(middle.text).includes(contains);
}
