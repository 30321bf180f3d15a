/** A text that is read after the first `visible` tokens of a cache. */
export interface ReadContinuation {
  readonly visible: number;
  readonly ids: readonly number[];
}

/**
 * Those that have tokens, in their order, so many at a time as make a pass of at most `mostRows` rows; one with more has a pass of
 * its own. They stand below each other in it, so that none is padded to the length of another.
 */
export function continuationPasses(
  continuations: readonly ReadContinuation[],
  mostRows: number,
): readonly (readonly ReadContinuation[])[] {
  const passes: ReadContinuation[][] = [];
  let rows = Infinity;
  for (const each of continuations) {
    const { length } = each.ids;
    if (length === 0) continue;
    if (rows + length > mostRows) {
      passes.push([]);
      rows = 0;
    }
    passes.at(-1)!.push(each);
    rows += length;
  }
  return passes;
}
