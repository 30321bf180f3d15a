import { createHash } from 'node:crypto';
import { setImmediate as others } from 'node:timers/promises';
import { ProjectIndex } from '../../engine/project/projectIndex.js';
import type { ProjectTexts } from '../../engine/project/foundMiddle.js';
import type { InfillBody } from './infillRequest.js';

/** Lists of extra texts whose index is kept: editors send one list again and again. */
const KEPT = 8;
/** Bytes that all of them take, roughly, where there is more than one. */
const KEPT_BYTES = 48e6;
/** UTF-16 units of an index. */
const LIMIT = 4 * 1024 * 1024;

/** Texts that a request brings along, as the texts of a project that suggestions may be drawn from. */
export class ExtraTexts {
  /** The last used first. */
  #known: readonly { readonly key: string; readonly index: ProjectIndex }[] = [];

  /** Bytes of what is kept, roughly. */
  get bytes(): number {
    return this.#known.reduce((sum, { index }) => sum + index.stats.bytes, 0);
  }

  /**
   * Undefined where there are none. Others are answered while they are indexed; asked by whoever has the turn, so that one list is at a time.
   *
   * @throws what `signal` is aborted with
   */
  async of(extra: InfillBody['input_extra'], signal: AbortSignal): Promise<ProjectTexts | undefined> {
    if (extra === undefined || extra.length === 0) return undefined;
    const hash = createHash('sha256');
    for (const { filename, text } of extra) hash.update(`${filename.length} ${text.length} ${filename}${text}`);
    const key = hash.digest('hex');
    const index = this.#known.find((known) => known.key === key)?.index ?? (await indexOf(extra, signal));
    this.#known = [{ key, index }, ...this.#known.filter((known) => known.key !== key)].slice(0, KEPT);
    while (this.#known.length > 1 && this.bytes > KEPT_BYTES) this.#known = this.#known.slice(0, -1);
    return index;
  }
}

async function indexOf(extra: NonNullable<InfillBody['input_extra']>, signal: AbortSignal): Promise<ProjectIndex> {
  const index = new ProjectIndex({ limit: LIMIT });
  index.replace(
    extra.map(({ filename, text }, i) => ({
      uri: `extra:${String(i)}`,
      path: filename === '' ? String(i) : filename,
      languageId: 'plaintext',
      text,
    })),
  );
  while (index.work()) {
    await others();
    signal.throwIfAborted();
  }
  return index;
}
