import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { ForeignFile } from '../engine/files/foreignFile.js';
import { isThere } from './files/isThere.js';
import { writeJsonFile } from './files/writeJsonFile.js';

/**
 * The SHA-256 that a file had, and what told this version of it. Times are nanoseconds since 1970: of the last change of the content,
 * which programs can set, and of the last change at all, which they cannot.
 */
const entrySchema = z.object({ sha256: z.string(), bytes: z.string(), modified: z.string(), changed: z.string() });
type KnownSum = z.infer<typeof entrySchema>;
const sumsSchema = z.record(z.string(), entrySchema);

function sumsFile(data: string): string {
  return path.join(data, 'checksums.json');
}

/** The SHA-256 of files that were read whole on this machine, so that the same bytes are not read for it again. */
export class KnownSums {
  readonly #fresh = new Map<string, KnownSum>();

  private constructor(
    private readonly data: string,
    private readonly known: ReadonlyMap<string, KnownSum>,
  ) {}

  /** What the person's data folder remembers. Where that cannot be read, nothing is known. */
  static async read(data: string): Promise<KnownSums> {
    return new KnownSums(data, await readSums(data));
  }

  /** The SHA-256 of `file`, if it is still what it was when it was read. */
  get(file: ForeignFile): string | undefined {
    const entry = this.#fresh.get(file.real) ?? this.known.get(file.real);
    const { bytes, modified, changed } = versionOf(file);
    const isSame = entry?.bytes === bytes && entry.modified === modified && entry.changed === changed;
    return isSame ? entry.sha256 : undefined;
  }

  /** `file` as it was before it was read: one that was written to meanwhile is another version. */
  add(file: ForeignFile, sha256: string): void {
    this.#fresh.set(file.real, { sha256, ...versionOf(file) });
  }

  /** Remembers what was added, and forgets files that are gone. A folder that cannot be written to is no error: they are read again. */
  async save(): Promise<void> {
    if (this.#fresh.size === 0) return;
    const sums = new Map<string, KnownSum>();
    for (const [real, entry] of [...(await readSums(this.data)), ...this.#fresh]) {
      if (await isThere(real)) sums.set(real, entry);
    }
    await writeJsonFile(sumsFile(this.data), Object.fromEntries(sums)).catch(() => undefined);
  }
}

async function readSums(data: string): Promise<ReadonlyMap<string, KnownSum>> {
  try {
    const value: unknown = JSON.parse(await readFile(sumsFile(data), 'utf8'));
    return new Map(Object.entries(sumsSchema.parse(value)));
  } catch {
    return new Map();
  }
}

function versionOf({ stats }: ForeignFile): Omit<KnownSum, 'sha256'> {
  return { bytes: `${stats.size}`, modified: `${stats.mtimeNs}`, changed: `${stats.ctimeNs}` };
}
