import type { Engine } from '../../engine/engine.js';
import type { InfillRequest } from '../../shared/infillRequest.js';
import type { ProjectDocument } from '../../shared/projectDocument.js';
import { infillOptions } from '../input/commandOptions.js';
import { characterStart, documentContext } from '../input/documentContext.js';
import { beforeTyping } from './beforeTyping.js';
import { median, quantile } from './measure.js';
import type { IndexedFolder } from './workspaces.js';

/** Times in milliseconds. */
export interface ProjectMeasurement {
  readonly folder: string;
  readonly files: number;
  /** UTF-16 units of text. */
  readonly units: number;
  /** Memory that the index takes. */
  readonly bytes: number;
  readonly readMs: number;
  readonly indexMs: number;
  /** One search each; absent where the folder has no text to search from. */
  readonly search?: { readonly places: number; readonly medianMs: number; readonly p95Ms: number };
  /** Requests after a keystroke at the same places, medians; `found` of them are answered with a text of the project. */
  readonly requests?: {
    readonly places: number;
    readonly aloneMs: number;
    readonly withProjectMs: number;
    readonly found: number;
  };
}

/** Places that are searched for, enough for a p95, and those of them that a model is asked about too. */
const SEARCHED = 500;
const ASKED = 10;
/** As many as a request looks for. */
const MOST_FOUND = 10;

type Place = InfillRequest['context'] & { readonly uri: string };

/**
 * Measures what an index costs a request: searches at places all over its texts, and requests at some of them with the project and
 * without it.
 *
 * @param engine draws on the index
 */
export async function measureProject(
  engine: Pick<Engine, 'infill' | 'recommended'>,
  { folder, index, documents, ms }: IndexedFolder,
  signal: AbortSignal,
): Promise<ProjectMeasurement> {
  const { documents: files, units, bytes } = index.stats;
  const measured = { folder, files, units, bytes, readMs: ms.read, indexMs: ms.index };
  const places = spread(documents, SEARCHED);
  if (places.length === 0) {
    return measured;
  }
  const search = (place: Place): number => {
    const begun = performance.now();
    index.find({ ...place, offset: place.prefixOffset + place.prefix.length }, MOST_FOUND);
    return performance.now() - begun;
  };
  places.forEach(search); // the first ones pay for warming up the code
  const searchMs = places.map(search);

  const options = infillOptions(
    { candidates: 1, maxTokens: 32, multiline: 'auto', temperature: 0, topP: 1, seed: 0 },
    engine.recommended,
    false,
  );
  const times = { alone: [] as number[], withProject: [] as number[] };
  let found = 0;
  for (const [n, place] of spread(documents, ASKED).entries()) {
    const { uri: _, ...alone } = place;
    // In turn, so that neither always has what the other has warmed up.
    for (const context of n % 2 === 0 ? [alone, place] : [place, alone]) {
      signal.throwIfAborted();
      await engine.infill(beforeTyping({ context, options }), { signal });
      const outcome = await engine.infill({ context, options }, { signal });
      times[context === place ? 'withProject' : 'alone'].push(outcome.report.ms.total);
      if (outcome.kind === 'infill' && outcome.candidates[0]?.source !== undefined) found++;
    }
  }
  return {
    ...measured,
    search: { places: places.length, medianMs: median(searchMs), p95Ms: quantile(searchMs, 0.95) },
    requests: {
      places: times.alone.length,
      aloneMs: median(times.alone),
      withProjectMs: median(times.withProject),
      found,
    },
  };
}

/** Cursors at equal distances in all the texts, each with the rest of its line missing. */
function spread(documents: readonly ProjectDocument[], count: number): Place[] {
  const units = documents.reduce((sum, { text }) => sum + text.length, 0);
  const places: Place[] = [];
  let before = 0;
  for (const { uri, languageId, text } of documents) {
    const next = (): number => Math.floor(((places.length + 0.5) / count) * units) - before;
    while (places.length < count && next() < text.length) {
      const start = characterStart(text, next());
      const end = text.slice(start).search(/\r?\n|$/u) + start;
      places.push({ ...documentContext(text, { start, end }, languageId), uri });
    }
    before += text.length;
  }
  return places;
}
