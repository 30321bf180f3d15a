// What is measured of one build, in a process of its own that stays alive: built once for each of the trees that are compared, with
// everything below src/ taken from that tree. So it touches as little of it as it can.
import type { InfillRequest } from '../../src/shared/infillRequest.js';
import { infill } from '../../src/engine/infill/infill.js';
import { loadModel, type LoadedModel } from '../../src/engine/network/loadModel.js';
import { loadTokenizer } from '../../src/engine/tokenizer/loadTokenizer.js';
import { measureProcess, type MeasuredProcess, type ProcessCosts } from '../measureProcess.js';
import { timedCalls } from './timedCalls.js';

export interface Commands {
  /** Comes first. `text` is what contexts are cut from. */
  load: (asked: { readonly model: string; readonly threads: number; readonly text: string }) => Promise<LoadedBuild>;
  /** A warm keystroke: `before` is answered first. */
  request: (asked: { readonly before: InfillRequest; readonly request: InfillRequest }) => Promise<TimedRequest>;
  /** Opens the longest context that there is, at a place 0..1 of the text; nothing of it may have been read lately. */
  context: (asked: { readonly at: number }) => Promise<TimedContext>;
  /** Of an inference process. */
  process: (asked: MeasuredProcess) => Promise<ProcessCosts>;
}

export interface LoadedBuild {
  readonly name: string;
  readonly recommendedSteps: number;
}

export interface TimedRequest {
  readonly ms: number;
  /** Of all threads together: what other work on the machine disturbs least. */
  readonly processorMs: number;
  /** In calls of the model's encoder that reads by itself: how ends are ranked. */
  readonly rankMs: number;
  /** Text, or why there is none. */
  readonly answer: string;
}

export interface TimedContext {
  readonly ms: number;
  readonly tokens: number;
}

interface Measured {
  readonly loaded: LoadedModel;
  readonly tokenizer: Awaited<ReturnType<typeof loadTokenizer>>;
  readonly ids: readonly number[];
  readonly ranking: { ms: number };
}

let measured: Measured | undefined;

function current(): Measured {
  if (measured === undefined) throw new Error('load comes first');
  return measured;
}

const commands: Commands = {
  async load({ model: folder, threads, text }) {
    const loaded = await loadModel(folder, { device: 'cpu', threads });
    const tokenizer = await loadTokenizer(loaded.tokenizerPath);
    const ranking = loaded.model.encoder === undefined ? { ms: 0 } : timedCalls(loaded.model.encoder);
    measured = { loaded, tokenizer, ids: tokenizer.encode(text), ranking };
    const { name, version, recommended } = loaded.model.manifest;
    return { name: `${name} ${version}`, recommendedSteps: recommended.steps };
  },

  async request({ before, request }) {
    const { loaded, tokenizer, ranking } = current();
    const { model } = loaded;
    const pipeline = { model, tokenizer, recommended: model.manifest.recommended };
    await infill(before, pipeline);
    ranking.ms = 0;
    const used = process.cpuUsage();
    const begin = performance.now();
    const outcome = await infill(request, pipeline);
    const ms = performance.now() - begin;
    const { user, system } = process.cpuUsage(used);
    return {
      ms,
      processorMs: (user + system) / 1000,
      rankMs: ranking.ms,
      answer: outcome.kind === 'infill' ? outcome.candidates[0]!.text : outcome.reason,
    };
  },

  async context({ at }) {
    const { loaded, ids } = current();
    const { limits } = loaded.model.manifest;
    const [before, after] = [limits.prefix - 1, limits.suffix - 1];
    const start = Math.floor(at * (ids.length - before - after));
    const [prefix, suffix] = [ids.slice(start, start + before), ids.slice(start + before, start + before + after)];
    const begin = performance.now();
    const { encodedTokens } = await loaded.model.openContext(prefix, suffix);
    return { ms: performance.now() - begin, tokens: encodedTokens };
  },

  process: measureProcess,
};

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  const [name, asked] = message as [keyof Commands, never];
  void commands[name](asked).then(
    (answer) => process.send!({ answer }),
    (error: unknown) =>
      process.send!({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
