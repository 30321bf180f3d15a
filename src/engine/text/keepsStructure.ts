const CLOSES: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/** A change between the texts of its line before and behind it; line ends are `\n`. */
export interface ChangeInLine {
  readonly old: string;
  readonly text: string;
  readonly lineBefore: string;
  readonly lineAfter: string;
}

/**
 * Whether a text is laid out with a change as it was without it: what brackets and quotes leave open and close is the same, and so are line breaks, the blanks a
 * line begins and ends with. Whole lines may go.
 */
export function keepsStructure({ old, text, lineBefore, lineAfter }: ChangeInLine): boolean {
  if (leftOpen(old) !== leftOpen(text) || quotes(old) !== quotes(text)) return false;
  if (text === '' && areWholeLines(old, lineBefore, lineAfter)) return true;
  if (lineBreaks(old) !== lineBreaks(text)) return false;
  const leading = (part: string): string => /^\s*/u.exec(part)![0];
  const trailing = (part: string): string => /\s*$/u.exec(part)![0];
  if (lineBefore.trim() === '' && leading(old) !== leading(text)) return false;
  return lineAfter !== '' || trailing(old) === trailing(text);
}

/** Whether the lines around are as they were without it: it may begin anywhere in a line, if it ends in the next one at the same text. */
function areWholeLines(old: string, lineBefore: string, lineAfter: string): boolean {
  const last = old.lastIndexOf('\n');
  if (last < 0) return false;
  return old.slice(last + 1) === lineBefore || (old.startsWith('\n') && lineAfter === '');
}

/** The brackets that are neither opened nor closed within a text. */
function leftOpen(text: string): string {
  const open: string[] = [];
  for (const character of text.replace(/[^()[\]{}]/gu, '')) {
    if (CLOSES.has(character) && open.at(-1) === CLOSES.get(character)) open.pop();
    else open.push(character);
  }
  return open.join('');
}

/** Which kinds of quotes are there an odd number of times; an apostrophe within a word is none. */
function quotes(text: string): string {
  const marks = text.replace(/(?<=\p{L})'(?=\p{L})/gu, '').replace(/[^'"`]/gu, '');
  return ["'", '"', '`'].filter((mark) => marks.split(mark).length % 2 === 0).join('');
}

function lineBreaks(text: string): number {
  return text.split('\n').length;
}
