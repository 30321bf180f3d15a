import type { Engine } from '../../src/engine/engine.js';
import type { InfillOptions } from '../../src/shared/infillOptions.js';
import type { InfillOutcome } from '../../src/shared/outcome.js';
import type { DrawnHoles } from './drawnHoles.js';

/** What holes of one document became, and what that cost. */
export interface MeasuredHoles {
  /** One for each hole; '' where nothing was written. */
  readonly texts: readonly string[];
  readonly ms: number;
  /** Of all threads, milliseconds. */
  readonly cpu: number;
  /** Tokens of the document that had to be read. */
  readonly read: number;
}

/** The same holes, filled one after the other and together. */
export interface BothWays {
  readonly holes: DrawnHoles;
  readonly alone: MeasuredHoles;
  readonly together: MeasuredHoles;
}

/** Fills each document's holes both ways. The ways take turns at going first, and nothing of a document is known before either. */
export async function measureHoles(
  engine: Engine,
  documents: readonly DrawnHoles[],
  options: InfillOptions,
): Promise<readonly BothWays[]> {
  const results: BothWays[] = [];
  for (const [i, holes] of documents.entries()) {
    const alone = (): Promise<MeasuredHoles> => measured(engine, options, () => fillEach(engine, holes, options));
    const together = (): Promise<MeasuredHoles> => measured(engine, options, () => fillAll(engine, holes, options));
    if (i % 2 === 0) {
      results.push({ holes, alone: await alone(), together: await together() });
    } else {
      const first = await together();
      results.push({ holes, alone: await alone(), together: first });
    }
  }
  return results;
}

const documentOf = (languageId: string) => ({ languageId, eol: '\n', indentUnit: '  ' }) as const;

/** One hole after the other, while the others are empty. */
async function fillEach(
  engine: Engine,
  { languageId, parts }: DrawnHoles,
  options: InfillOptions,
): Promise<readonly InfillOutcome[]> {
  const outcomes: InfillOutcome[] = [];
  for (const i of parts.slice(1).keys()) {
    const [prefix, suffix] = [parts.slice(0, i + 1).join(''), parts.slice(i + 1).join('')];
    const context = { ...documentOf(languageId), prefix, prefixOffset: 0, suffix };
    outcomes.push(await engine.infill({ context, options }));
  }
  return outcomes;
}

async function fillAll(
  engine: Engine,
  { languageId, parts }: DrawnHoles,
  options: InfillOptions,
): Promise<readonly InfillOutcome[]> {
  return engine.holes({ parts, document: documentOf(languageId), options });
}

async function measured(
  engine: Engine,
  options: InfillOptions,
  fill: () => Promise<readonly InfillOutcome[]>,
): Promise<MeasuredHoles> {
  for (const word of ['first', 'second', 'third']) {
    const context = { ...documentOf('plaintext'), prefix: `The ${word} `, prefixOffset: 0, suffix: `\n${word}` };
    await engine.infill({ context, options }); // so that caches hold nothing of the document
  }
  const [begun, cpuBegun] = [performance.now(), process.cpuUsage()];
  const outcomes = await fill();
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpuBegun);
  return {
    ms,
    cpu: (user + system) / 1000,
    read: outcomes.reduce((sum, { report }) => sum + report.encodedTokens, 0),
    texts: outcomes.map((outcome) => (outcome.kind === 'infill' ? outcome.candidates[0]!.text : '')),
  };
}
