/** From the top of a JSON value to a value in it. */
export type Way = readonly (string | number)[];

/** All values in a JSON value, itself included, and the ways to them; of long lists and tables the first `most` entries. */
export function placesIn(value: unknown, most = Infinity, way: Way = []): readonly (readonly [Way, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[way, value]];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [[way, value], ...entries.slice(0, most).flatMap(([step, inner]) => placesIn(inner, most, [...way, step]))];
}

/** A copy of `value` with `other` at the end of `way`; undefined is nothing there. */
export function replaced(value: unknown, way: Way, other: unknown): unknown {
  if (way.length === 0) return other;
  const copy = structuredClone(value);
  const place = way.slice(0, -1).reduce((inner, step) => (inner as Record<string, unknown>)[step], copy);
  (place as Record<string, unknown>)[way.at(-1)!] = other;
  return copy;
}
