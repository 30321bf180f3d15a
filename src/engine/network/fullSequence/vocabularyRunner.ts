import { statistics, type LogitStatistics } from '../output/statistics.js';
import { floatTensor, type Session } from '../runtime/ortRuntime.js';

/** Logits of one row take V floats, several times over, so rows go through the output layer in parts. */
const CHUNK = 64;
const STATISTICS = ['ids', 'logits', 'peak', 'expected'];

/** Runs the output layer of a full-sequence network over normed hidden states. */
export class VocabularyRunner {
  constructor(
    private readonly session: Session,
    private readonly sizes: { readonly hiddenSize: number; readonly vocabularySize: number },
  ) {}

  /** Of each row [D], without what may never be chosen. */
  async statistics(rows: readonly Float32Array[]): Promise<LogitStatistics[]> {
    const answers: LogitStatistics[] = [];
    for (const part of this.#parts(rows)) {
      answers.push(...statistics(await this.#run(part, STATISTICS), '', part.length));
    }
    return answers;
  }

  /** Logits [V] of each row. */
  async logits(rows: readonly Float32Array[]): Promise<Float32Array[]> {
    const { vocabularySize } = this.sizes;
    const answers: Float32Array[] = [];
    for (const part of this.#parts(rows)) {
      const full = (await this.#run(part, ['full']))['full']!.data as Float32Array;
      part.forEach((_, r) => answers.push(full.subarray(r * vocabularySize, (r + 1) * vocabularySize)));
    }
    return answers;
  }

  async #run(rows: readonly Float32Array[], fetches: readonly string[]): ReturnType<Session['run']> {
    const { hiddenSize } = this.sizes;
    const input = new Float32Array(rows.length * hiddenSize);
    rows.forEach((row, r) => input.set(row, r * hiddenSize));
    return this.session.run({ rows: floatTensor(input, [rows.length, hiddenSize]) }, fetches);
  }

  *#parts(rows: readonly Float32Array[]): Generator<readonly Float32Array[]> {
    for (let start = 0; start < rows.length; start += CHUNK) yield rows.slice(start, start + CHUNK);
  }
}
