import type { TextConditions } from '../shared/infillRequest.js';
import type { Say } from '../view/words.js';

/** What a person reads of the conditions, one by one. */
export function saidConditions({ start, end, contains, length }: TextConditions, say: Say): readonly string[] {
  const quoted = (text: string): string => `“${text.replaceAll('\n', '↵')}”`;
  return [
    ...(start === undefined ? [] : [say('saysStart', quoted(start))]),
    ...(end === undefined ? [] : [say('saysEnd', quoted(end))]),
    ...(contains === undefined ? [] : [say('saysContain', quoted(contains))]),
    ...(length === undefined ? [] : [say('saysLength', length.least, length.most)]),
  ];
}
