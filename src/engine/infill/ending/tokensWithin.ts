/**
 * How many tokens the first `length` UTF-16 units of a middle have, as a candidate lists them: a first one that says nothing new is none.
 *
 * @param texts what each token says, see `tokenTexts`.
 */
export function tokensWithin(texts: readonly string[], length: number): number {
  let rest = length;
  let tokens = 0;
  for (const [i, text] of texts.entries()) {
    if (rest <= 0) break;
    rest -= text.length;
    if (i > 0 || text !== '') tokens++;
  }
  return tokens;
}
