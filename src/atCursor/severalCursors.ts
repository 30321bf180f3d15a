/**
 * With several cursors every key changes the text at each of them. This is `then` as it stands now if what was typed at the
 * first cursor since, and what the editor closed there by itself, has come in at all the others too: what is left to compare
 * is the first cursor, as if it were alone.
 *
 * @returns undefined if the cursors have not all moved alike.
 */
export function typedAtOthers(then: Surroundings, now: Surroundings): Surroundings | undefined {
  const { otherCursors: before = [] } = then;
  const { otherCursors: after = [] } = now;
  if (before.length !== after.length) {
    return undefined;
  }
  if (before.length === 0) {
    return then;
  }
  const preceding = before.filter((offset) => offset < 0).length;
  // How much longer the text became at each cursor: the one next to ours is so much further away.
  const nearest = Math.max(0, preceding - 1);
  const grown = Math.abs(after[nearest] ?? 0) - Math.abs(before[nearest] ?? 0);
  const moved = positionOf(now) - positionOf(then);
  const typed = moved - preceding * grown;
  const closed = grown - typed;
  const stepsAway = (index: number): number => (index < preceding ? index - preceding : index - preceding + 1);
  const alike = before.every((offset, index) => after[index] === offset + stepsAway(index) * grown);
  if (!alike || typed < 0 || closed < 0 || typed > now.prefix.length || closed > now.suffix.length) {
    return undefined;
  }
  const text = now.prefix.slice(now.prefix.length - typed) + now.suffix.slice(0, closed);
  return insertAt(then, text);
}

/** From the last cursor to the first, so that earlier offsets stay right. */
function insertAt(surroundings: Surroundings, text: string): Surroundings {
  let { prefix, prefixOffset, suffix } = surroundings;
  for (const offset of (surroundings.otherCursors ?? []).toReversed()) {
    const inPrefix = surroundings.prefix.length + offset;
    if (offset >= 0) {
      // Beyond the end of what is known it changes nothing that could be compared.
      suffix = offset <= surroundings.suffix.length ? inserted(suffix, offset, text) : suffix;
    } else if (inPrefix > 0) {
      prefix = inserted(prefix, inPrefix, text);
    } else {
      prefixOffset += text.length;
    }
  }
  return { prefix, prefixOffset, suffix };
}

function inserted(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at);
}

/** The cursor's offset in its document. */
export function positionOf({ prefix, prefixOffset }: Surroundings): number {
  return prefixOffset + prefix.length;
}

/** Text around the cursor; `prefix` may be the tail of what stands before it. */
export interface Surroundings {
  readonly prefix: string;
  readonly prefixOffset: number;
  readonly suffix: string;
  /** Where the other cursors stand, in ascending order, counted from this one; absent where it is the only one. */
  readonly otherCursors?: readonly number[];
}
