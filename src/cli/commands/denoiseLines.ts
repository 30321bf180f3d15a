import * as z from 'zod';
import type { Engine } from '../../engine/engine.js';
import type { DenoiseRequest } from '../../shared/infillRequest.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
import type { DenoisedChange, DenoiseOutcome, RefusedChange } from '../../shared/outcome.js';
import { infillOptions, type RequestOptions } from '../input/commandOptions.js';
import { eolOf, indentUnitOf } from '../../atCursor/textForm.js';
import type { CliIo } from '../output/cliIo.js';
import { roundedWork } from '../output/roundedWork.js';
import { numberOf } from '../../engine/contract/numberOf.js';
import { answerLines, REQUEST_MEMBERS } from './answerLines.js';

const offset = z.int().min(0);

const lineSchema = z.object({
  ...REQUEST_MEMBERS,
  selection: z.string(),
  pinned: z.array(z.tuple([offset, offset])).optional(),
  strength: numberOf(OPTION_RANGES.strength).optional(),
});

type Line = z.infer<typeof lineSchema>;

/** Defaults of the lines. */
export interface DenoiseLineOptions extends RequestOptions {
  readonly strength: number;
  /** Whether everything that was judged is told, with what spoke for it. */
  readonly trace?: boolean;
}

/** What of an engine is asked. */
export type Denoiser = Pick<Engine, 'denoise' | 'recommended'>;

/** Denoises the selection of each line of stdin (see `answerLines`). */
export async function denoiseLines(engine: Denoiser, options: DenoiseLineOptions, io: CliIo): Promise<number> {
  const requests = {
    schema: lineSchema,
    needs: '"prefix", "selection" and "suffix"',
    answer: async (line: Line) => {
      const outcome = await engine.denoise(requestOf(line, engine, options), { signal: io.signal });
      return lineAnswer(line.selection, outcome);
    },
  };
  return answerLines(requests, io);
}

function requestOf(line: Line, engine: Denoiser, options: DenoiseLineOptions): DenoiseRequest {
  const { prefix, selection, suffix, pinned = [], strength = options.strength } = line;
  const text = prefix + selection + suffix;
  const chosen = {
    ...options,
    ...(line.steps === undefined ? {} : { steps: line.steps }),
    ...(line.deadlineMs === undefined ? {} : { deadline: line.deadlineMs }),
  };
  return {
    context: {
      prefix,
      prefixOffset: 0,
      suffix,
      languageId: line.language ?? options.language ?? 'plaintext',
      eol: eolOf(text),
      indentUnit: indentUnitOf(text),
    },
    selection,
    pinned: pinned.map(([start, end]) => ({ start, end })),
    strength,
    options: infillOptions(chosen, engine.recommended, options.trace === true),
  };
}

/** Answers the members of a line besides its id. Where nothing is changed, `text` is the selection. */
function lineAnswer(selection: string, outcome: DenoiseOutcome): object {
  const work = roundedWork(outcome.report);
  const refused = (outcome.refused ?? []).map(flat);
  if (outcome.kind === 'none') {
    return { text: selection, changes: [], refused, ...work, reason: outcome.reason, detail: outcome.detail };
  }
  return { text: outcome.text, changes: outcome.changes.map(flat), refused, ...work };
}

function flat({ span, ...change }: DenoisedChange | RefusedChange): object {
  return { start: span.start, end: span.end, ...change };
}
