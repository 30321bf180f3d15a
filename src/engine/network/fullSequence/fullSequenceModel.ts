import { FullSequenceContext } from './fullSequenceContext.js';
import type { FullSequenceParts } from './parts.js';
import { NO_TOKEN, type InfillModel, type ModelContext, type ModelManifestView } from '../../contract/model.js';
import { refuseOversized } from '../../contract/refuseOversized.js';

/**
 * One bidirectional network over [start] prefix, canvas, suffix [end], as public diffusion checkpoints are. Every step computes
 * the whole sequence anew: keys and values of the context depend on the canvas, so there is nothing exact to keep. What may be
 * kept all the same, as an approximation, says keptContext.ts.
 */
export class FullSequenceModel implements InfillModel {
  readonly manifest: ModelManifestView;
  #open: FullSequenceContext | undefined;

  constructor(private readonly parts: FullSequenceParts) {
    const { name, version, license, tokens, limits, recommended, architecture } = parts.manifest;
    const { vocabularySize, parameterization, graph, timeInput } = architecture;
    const { start, mask, endOfMiddle, end: _, ...lengths } = tokens;
    this.manifest = {
      name,
      version,
      license,
      limits,
      recommended,
      vocabularySize,
      parameterization,
      graph,
      timeConditioned: timeInput === 'sigma',
      neverChosen: parts.neverChosen,
      tokens: { start: start ?? NO_TOKEN, mask: mask ?? NO_TOKEN, endOfMiddle: endOfMiddle ?? NO_TOKEN, ...lengths },
    };
  }

  openContext(prefix: readonly number[], suffix: readonly number[]): Promise<ModelContext> {
    return new Promise((resolve) => {
      resolve(this.#opened(prefix, suffix)); // what it throws rejects
    });
  }

  #opened(prefix: readonly number[], suffix: readonly number[]): FullSequenceContext {
    const { limits } = this.manifest;
    const { start, end } = this.parts.manifest.tokens;
    refuseOversized({ prefix: prefix.length, suffix: suffix.length }, limits);
    this.#open?.close();
    const before = start === null ? prefix : [start, ...prefix];
    const after = end === null ? suffix : [...suffix, end];
    this.#open = new FullSequenceContext(this.parts, before, after);
    return this.#open;
  }

  async dispose(): Promise<void> {
    this.#open?.close();
    this.#open = undefined;
    await this.parts.dispose();
  }
}
