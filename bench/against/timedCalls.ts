/** Replaces all methods of `object` by ones that add up their time. Those that are called by others count once. */
export function timedCalls(object: object): { ms: number } {
  const total = { ms: 0 };
  let depth = 0;
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(object))) {
    const method: unknown = Reflect.get(object, name);
    if (name === 'constructor' || typeof method !== 'function') continue;
    const timed = async (...given: unknown[]): Promise<unknown> => {
      const begin = performance.now();
      depth++;
      try {
        return (await Reflect.apply(method, object, given)) as unknown;
      } finally {
        depth--;
        if (depth === 0) total.ms += performance.now() - begin;
      }
    };
    Object.defineProperty(object, name, { value: timed });
  }
  return total;
}
