/**
 * How a member of a JSON object is written, as text; undefined where `json` is no object or has no such member. So numbers keep all
 * their digits, and it does not matter how deeply a value is nested. Of members with the same name the last counts, as for
 * JSON.parse.
 *
 * @param json valid JSON.
 */
export function memberSource(json: string, name: string): string | undefined {
  let depth = 0;
  let key: string | undefined;
  let start = -1; // of the value of a member of that name
  let found: string | undefined;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') {
      const end = endOfString(json, at);
      if (depth === 1 && start < 0) key ??= JSON.parse(json.slice(at, end)) as string;
      at = end - 1;
    } else if (character === '{' || character === '[') {
      if (depth === 0 && character === '[') return undefined;
      depth++;
    } else if (character === ':' && depth === 1) {
      if (key === name) start = at + 1;
    } else if (character === '}' || character === ']' || character === ',') {
      if (depth === 1) {
        if (start >= 0) found = json.slice(start, at);
        start = -1;
        key = undefined;
      }
      if (character !== ',') depth--;
    }
  }
  return found?.replaceAll('\r', ' ').trim(); // strings cannot hold a bare one
}

/** @param start offset of the opening quote. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (json[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return json.length;
}
