const ORDINARY = /^[\t\n\r -~]*$/;
const REPLACEMENT = '\ufffd';
const encoder = new TextEncoder();

/**
 * Replaces what a vocabulary cannot spell by U+FFFD, one for every UTF-16 unit, so that offsets stay what they were:
 * lone surrogates, and the few control characters and unassigned code points whose bytes the vocabulary lacks.
 *
 * @param hasByte whether the vocabulary holds a token for this single byte.
 */
export function spellable(text: string, hasByte: (byte: number) => boolean): string {
  if (ORDINARY.test(text)) return text;
  let spelled = '';
  for (const character of text) {
    const isLoneSurrogate = character.length === 1 && /[\ud800-\udfff]/.test(character);
    spelled +=
      !isLoneSurrogate && encoder.encode(character).every(hasByte) ? character : REPLACEMENT.repeat(character.length);
  }
  return spelled;
}
