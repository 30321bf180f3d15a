import path from 'node:path';
import type { Engine } from '../../engine/engine.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import type { HolesRequest } from '../../shared/infillRequest.js';
import type { InfillOutcome } from '../../shared/outcome.js';
import { eolOf, indentUnitOf } from '../../atCursor/textForm.js';
import { formatPosition, PositionIndex, parsePosition } from '../input/textPosition.js';
import { readTextFile, writeTextFile } from '../input/textFile.js';
import { UsageError } from '../input/usageError.js';
import { type CliIo, EXIT, write, writeExact, writeJson } from '../output/cliIo.js';
import { noText } from '../output/noText.js';
import { stepPrinter } from '../output/stepPrinter.js';

/** What several holes of a file are filled with. */
export interface HolesOptions {
  readonly json?: boolean;
  readonly trace?: boolean;
  readonly write?: boolean;
}

/** A file and the positions at which it is filled in. */
export interface HolesOfFile {
  readonly file: string;
  readonly at: readonly string[];
  readonly languageId: string;
}

/**
 * Fills in at several positions of a file together, and shows or writes the results.
 *
 * @param uri of the file in a workspace that is drawn on.
 * @returns the exit code.
 */
export async function fillHoles(
  { file, at, languageId }: HolesOfFile,
  { engine, uri }: { readonly engine: Engine; readonly uri: string | undefined },
  options: HolesOptions,
  infillOptions: InfillOptions,
  io: CliIo,
): Promise<number> {
  const document = await readTextFile(path.resolve(io.cwd, file));
  const index = new PositionIndex(document.text, file);
  const offsets = at.map((position) => index.offsetOf(parsePosition(position))).toSorted((a, b) => a - b);
  if (new Set(offsets).size < offsets.length) {
    throw new UsageError('Two holes are at the same position: name each once.');
  }
  const parts = [0, ...offsets].map((start, i) => document.text.slice(start, offsets[i]));
  const request: HolesRequest = {
    parts,
    document: documentOf(document.text, languageId, uri),
    options: infillOptions,
  };
  const printer = stepPrinter(options, infillOptions, engine.info, io);
  const outcomes = await engine.holes(request, {
    signal: io.signal,
    ...(printer === undefined ? {} : { onStep: printer.onStep }),
  });
  const holes = offsets.flatMap((offset, i) => {
    const outcome = outcomes[i];
    return outcome === undefined ? [] : [{ at: index.positionOf(offset), ...outcome }];
  });
  if (options.json === true) {
    await writeJson(io.stdout, { file, holes, model: engine.info });
  } else {
    for (const { at: position, ...outcome } of holes) await printHole(formatPosition(position), outcome, io);
  }
  const texts = outcomes.map(textOf);
  if (texts.every((text) => text === '')) return io.signal.aborted ? EXIT.interrupted : EXIT.nothing;
  if (options.write === true) {
    await writeTextFile(document, parts.map((part, i) => part + (texts[i] ?? '')).join(''));
    await write(io.stderr, `infill: wrote ${file}\n`);
  }
  return EXIT.done;
}

/** What a line's holes are filled with: a text for each, '' where nothing is suggested. */
export async function holesOfLine(
  parts: readonly string[],
  languageId: string,
  uri: string | undefined,
  options: InfillOptions,
  { engine, signal }: { readonly engine: Pick<Engine, 'holes'>; readonly signal: AbortSignal },
): Promise<object> {
  const begin = performance.now();
  const request = { parts, document: documentOf(parts.join(''), languageId, uri), options };
  const outcomes = await engine.holes(request, { signal });
  const holes = outcomes.map((outcome) => {
    const best = outcome.kind === 'infill' ? outcome.candidates[0] : undefined;
    const { stepsUsed: steps } = outcome.report;
    if (best === undefined) return noText(outcome, { steps });
    return { text: best.text, steps, tokens: best.tokens.length, confidence: best.confidence };
  });
  return { holes, ms: Math.round((performance.now() - begin) * 10) / 10 };
}

function documentOf(text: string, languageId: string, uri: string | undefined): HolesRequest['document'] {
  return { languageId, eol: eolOf(text), indentUnit: indentUnitOf(text), ...(uri === undefined ? {} : { uri }) };
}

async function printHole(position: string, outcome: InfillOutcome, io: CliIo): Promise<void> {
  if (outcome.kind === 'none') {
    const detail = outcome.detail === '' ? '' : ` (${outcome.detail})`;
    await write(io.stderr, `infill: nothing suggested at ${position}: ${outcome.reason}${detail}\n`);
    return;
  }
  const text = textOf(outcome);
  await writeExact(io.stdout, `--- ${position}\n${text}${text.endsWith('\n') ? '' : '\n'}`);
}

function textOf(outcome: InfillOutcome): string {
  return outcome.kind === 'infill' ? (outcome.candidates[0]?.text ?? '') : '';
}
