import { type FileHandle, open } from 'node:fs/promises';

const VERSION = 'infill-conversion 1';
const FINISHED = /^(\d{1,9}) ([0-9a-f]{8})$/;

/**
 * Which pieces of a conversion are done, in a file that outlives the process: a first line that says what is converted how, then a line
 * for each piece, with the CRC-32 of what was written. A piece's line is written after its data, and a line that is not whole does not
 * count, so whenever the process ends, what the file lists was written. Whether it also is on the disk, after a power failure for
 * example, only a look at the data tells.
 */
export class ConversionJournal {
  private constructor(
    private readonly handle: FileHandle,
    /** CRC-32 of the pieces that were finished when the journal was opened. */
    readonly finished: ReadonlyMap<number, number>,
  ) {}

  /** `plan` = a word that is another one where anything of what is written would be. A journal of another plan is begun anew. */
  static async open(file: string, plan: string): Promise<ConversionJournal> {
    const handle = await open(file, 'a+');
    try {
      const text = await handle.readFile('latin1');
      const title = `${VERSION} ${plan}\n`;
      if (!text.startsWith(title)) {
        await handle.truncate(0);
        await handle.appendFile(title);
        return new ConversionJournal(handle, new Map());
      }
      const finished = new Map<number, number>();
      let end = title.length;
      for (const line of text.slice(title.length).split('\n').slice(0, -1)) {
        const [, piece, sum] = FINISHED.exec(line) ?? [];
        if (piece === undefined || sum === undefined) break;
        finished.set(Number(piece), Number.parseInt(sum, 16));
        end += line.length + 1;
      }
      await handle.truncate(end);
      return new ConversionJournal(handle, finished);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Notes that the data of a piece was written; `sum` is its CRC-32. */
  async add(piece: number, sum: number): Promise<void> {
    await this.handle.appendFile(`${piece} ${sum.toString(16).padStart(8, '0')}\n`);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
