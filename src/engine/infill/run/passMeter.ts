import { NO_PASSES, type PassCount, type Passes, type PassKind } from '../../../shared/outcome.js';
import type { ContextEncoder, InfillModel, ModelContext, ModelEncoder } from '../../contract/model.js';
import type { PassCosts } from './passCosts.js';

/** Counts and times the passes of one run: by what the model is asked, so no caller has to tell. */
export class PassMeter {
  readonly #counts = new Map<PassKind, PassCount>();

  constructor(private readonly costs: PassCosts) {}

  get passes(): Passes {
    return { ...NO_PASSES, ...Object.fromEntries(this.#counts) };
  }

  /** The same model; what it is asked from now on is counted here. */
  measured(model: InfillModel): InfillModel {
    const { encoder } = model;
    return {
      manifest: model.manifest,
      openContext: async (prefix, suffix) => {
        const begin = performance.now();
        const context = await model.openContext(prefix, suffix);
        if (context.encodedTokens > 0) this.#add('context', performance.now() - begin);
        return this.#context(context);
      },
      ...(encoder ? { encoder: this.#encoder(encoder) } : {}),
      dispose: () => model.dispose(),
    };
  }

  #context(context: ModelContext): ModelContext {
    const { encodedTokens, reusedTokens, encoder } = context;
    return {
      encodedTokens,
      reusedTokens,
      predict: async (canvases, mix) =>
        this.#timed(canvases.length > 1 ? 'length' : 'denoise', context.predict(canvases, mix)),
      ...(encoder ? { encoder: this.#contextEncoder(encoder) } : {}),
    };
  }

  #contextEncoder(encoder: ContextEncoder): ContextEncoder {
    return {
      append: async (tokens) => this.#timed('context', encoder.append(tokens)),
      verify: async (...asked) => this.#timed('verify', encoder.verify(...asked)),
    };
  }

  #encoder(encoder: ModelEncoder): ModelEncoder {
    return {
      scoreTokens: async (...asked) => this.#timed('rank', encoder.scoreTokens(...asked)),
      readTokens: async (...asked) => this.#timed('rank', encoder.readTokens(...asked)),
      scoreContinuations: async (...asked) => this.#timed('rank', encoder.scoreContinuations(...asked)),
    };
  }

  async #timed<T>(kind: PassKind, work: Promise<T>): Promise<T> {
    const begin = performance.now();
    const result = await work;
    this.#add(kind, performance.now() - begin);
    return result;
  }

  #add(kind: PassKind, ms: number): void {
    const { count, ms: before } = this.#counts.get(kind) ?? NO_PASSES[kind];
    this.#counts.set(kind, { count: count + 1, ms: before + ms });
    if (kind !== 'rank') this.costs.learn(kind, ms); // of which a run makes several, see `RunRecord.report`
  }
}
