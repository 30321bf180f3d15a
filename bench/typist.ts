/** What a typist has before the cursor, is to write, and has after it. */
export interface TypedLine {
  readonly prefix: string;
  readonly line: string;
  readonly suffix: string;
}

/** A text that was shown. */
export interface Shown {
  /** Characters of the line that stood before it. */
  readonly at: number;
  readonly text: string;
  /** Whether all of it can stay. */
  readonly right: boolean;
  readonly accepted: boolean;
}

export interface TypedRecord {
  /** Keys that were pressed, those that accept included. */
  readonly keys: number;
  /** Characters of the line, and those of them that were not typed. */
  readonly characters: number;
  readonly written: number;
  readonly shown: readonly Shown[];
}

/** Accepting takes one key, so a text has to save as many more before the hand leaves its rhythm for it. */
const LEAST_SAVED = 2;

/**
 * Writes a line key by key. Accepts with one key what is shown, where all of it is right and saves two keys or more; types on
 * otherwise, also through what still fits. A text is looked at once: what typing has left of it is no new one. The editor is asked before
 * the first key and once more when the line is complete, where every text is wrong.
 *
 * @param ask what the editor shows between two texts; undefined for nothing.
 */
export async function typeLine(
  { prefix, line, suffix }: TypedLine,
  ask: (prefix: string, suffix: string) => Promise<string | undefined>,
): Promise<TypedRecord> {
  const shown: Shown[] = [];
  let [at, keys, written] = [0, 0, 0];
  let left: string | undefined; // of the text that was shown before the last key
  for (;;) {
    const text = await ask(prefix + line.slice(0, at), suffix);
    const right = text !== undefined && line.startsWith(text, at);
    const accepted = right && charactersOf(text) - 1 >= LEAST_SAVED;
    if (text !== undefined && text !== left) shown.push({ at, text, right, accepted });
    if (at === line.length) return { keys, characters: charactersOf(line), written, shown };
    keys++;
    if (accepted) {
      at += text.length;
      written += charactersOf(text);
      left = undefined;
    } else {
      const key = String.fromCodePoint(line.codePointAt(at)!);
      left = text?.startsWith(key) === true ? text.slice(key.length) : undefined;
      at += key.length;
    }
  }
}

/** A surrogate pair is one character, and one key. */
function charactersOf(text: string): number {
  return Array.from(text).length;
}

/** Whether a text is hardly worth a look: a single character, or neither a letter nor a digit. */
export function isOneCharacter(text: string): boolean {
  return /^.$/u.test(text.trim());
}

export function hasNoWord(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text);
}
