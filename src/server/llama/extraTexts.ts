import { createHash } from 'node:crypto';
import { ProjectIndex } from '../../engine/project/projectIndex.js';
import type { ProjectTexts } from '../../engine/project/foundMiddle.js';
import type { InfillBody } from './infillRequest.js';

/** Lists of extra texts whose index is kept: editors send one list again and again. */
const KEPT = 8;
/** UTF-16 units of an index. */
const LIMIT = 4 * 1024 * 1024;

/** Texts that a request brings along, as the texts of a project that suggestions may be drawn from. */
export class ExtraTexts {
  /** The last used first. */
  #known: { readonly key: string; readonly texts: ProjectTexts }[] = [];

  /** Undefined where there are none. */
  of(extra: InfillBody['input_extra']): ProjectTexts | undefined {
    if (extra === undefined || extra.length === 0) return undefined;
    const hash = createHash('sha256');
    for (const { filename, text } of extra) hash.update(`${filename.length} ${text.length} ${filename}${text}`);
    const key = hash.digest('hex');
    const texts = this.#known.find((known) => known.key === key)?.texts ?? indexOf(extra);
    this.#known = [{ key, texts }, ...this.#known.filter((known) => known.key !== key)].slice(0, KEPT);
    return texts;
  }
}

function indexOf(extra: NonNullable<InfillBody['input_extra']>): ProjectTexts {
  const index = new ProjectIndex({ limit: LIMIT });
  index.replace(
    extra.map(({ filename, text }, i) => ({
      uri: `extra:${String(i)}`,
      path: filename === '' ? String(i) : filename,
      languageId: 'plaintext',
      text,
    })),
  );
  while (index.work());
  return index;
}
