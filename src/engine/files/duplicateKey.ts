/**
 * The first key that an object in a JSON text has twice, undefined where there is none. `JSON.parse` keeps the last one without a
 * word, and other readers the first, so that a file could show one thing to a scanner and another to us. `text` must be valid JSON.
 */
export function duplicateKey(text: string): string | undefined {
  /** The keys of each open object; undefined for arrays. */
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (let i = 0; i < text.length; i++) {
    switch (text.charAt(i)) {
      case '{':
        open.push(new Set());
        break;
      case '[':
        open.push(undefined);
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        const end = closingQuote(text, i);
        last = text.slice(i, end + 1);
        i = end;
        break;
      }
      case ':': {
        const key = JSON.parse(last) as string; // the same key may be spelled with and without escapes
        if (open.at(-1)?.has(key) === true) return key;
        open.at(-1)?.add(key);
        break;
      }
    }
  }
  return undefined;
}

function closingQuote(text: string, opening: number): number {
  let i = opening + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
