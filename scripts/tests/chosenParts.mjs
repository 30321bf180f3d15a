/**
 * What the arguments of `npm test` ask for: names of parts, each followed by the paths that narrow it down.
 *
 * @param {readonly string[]} args
 * @param {readonly string[]} parts all that there are
 * @param {readonly string[]} narrowed those that take paths
 * @returns {Map<string, string[]>} the chosen parts and their paths, none for a whole part; all parts where none is named
 */
export function chosenParts(args, parts, narrowed) {
  /** @type {Map<string, string[]>} */
  const chosen = new Map();
  let last = '';
  for (const arg of args) {
    if (parts.includes(arg)) {
      last = arg;
      chosen.set(arg, chosen.get(arg) ?? []);
    } else if (narrowed.includes(last)) {
      chosen.get(last)?.push(arg);
    } else {
      const paths = `Files and folders can follow: ${narrowed.join(', ')}.`;
      throw new Error(`There is no part "${arg}". Parts: ${parts.join(', ')}. ${paths}`);
    }
  }
  return chosen.size > 0 ? chosen : new Map(parts.map((part) => [part, []]));
}
