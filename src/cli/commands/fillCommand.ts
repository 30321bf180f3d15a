import path from 'node:path';
import type { Command } from 'commander';
import type { Engine } from '../../engine/engine.js';
import { type CliIo, EXIT, write } from '../output/cliIo.js';
import {
  addModelOptions,
  addProjectOptions,
  addRequestOptions,
  infillOptions,
  type ModelOptions,
  type ProjectOptions,
} from '../input/commandOptions.js';
import {
  addConditionOptions,
  addLengthOption,
  type ConditionOptions,
  conditionsOf,
  withoutRange,
} from '../input/conditionOptions.js';
import { documentContext } from '../input/documentContext.js';
import { fillHoles } from './fillHoles.js';
import { fillLines } from './fillLines.js';
import { languageOfFile } from '../input/languageOfFile.js';
import { printFill } from '../output/printFill.js';
import { stepPrinter } from '../output/stepPrinter.js';
import { readTextFile, writeTextFile } from '../input/textFile.js';
import { parsePosition, PositionIndex } from '../input/textPosition.js';
import { UsageError } from '../input/usageError.js';
import { workspaceFolder } from '../input/workspaceFiles.js';
import { savePicture } from './savePicture.js';
import { withEngine } from './withEngine.js';
import { Workspaces, type WorkspaceText } from './workspaces.js';

export interface FillOptions extends ModelOptions, ConditionOptions, ProjectOptions {
  readonly at: readonly string[];
  readonly jsonl?: boolean;
  readonly warm?: boolean;
  readonly json?: boolean;
  readonly trace?: boolean;
  readonly positions?: boolean;
  readonly write?: boolean;
  /** File for an animated picture of the run. */
  readonly picture?: string;
}

const HELP = `
With --jsonl each line of stdin is a request {"id","prefix","suffix","language"?,"maxTokens"?,"steps"?,"deadlineMs"?,
"workspace"?,"path"?,"edits"?,"lineBefore"?,"names"?,"mustStart"?,"mustEnd"?,"mustContain"?,"length"?,"canvas"?,"alternatives"?,"holes"?},
answered in order by a line {"id","text","ms","steps","tokens","confidence","passes"} (text "" and a "reason" where nothing is
suggested; "stoppedBy":"deadline" where the deadline ended it) or {"id","error"}. "passes" has the count and the milliseconds of each kind of
pass; with --trace "considered" has the texts among which the answer was chosen, where the model says what a look costs. Every line
gets exactly one answer, also one that is blank, longer than 16 MiB, no UTF-8 or no JSON. An id may be any JSON value; it comes back
as it was written. A "workspace" is a folder whose texts are drawn on (default: --workspace); it is read once, at its first request.
"path" says which of its files the request's text stands for; that file itself is then not drawn on.
"edits" are at most 10 changes made lately, the newest first: {"path"?,"line"?,"before","after","linesBefore"?,"linesAfter"?}, each of the last four
a list of lines; where the cursor stands at a place like one of them, the change is carried over. "lineBefore" is the cursor's line before it was changed.
"names" is a list of identifiers that an editor knows to be possible at the cursor, such as the members after a dot: they become likelier.

--must-start, --must-end, --must-contain and --length MIN-MAX hold of every text that is answered, whatever is drawn and in however many steps.
Lengths are in tokens of the model, as many as "tokens" of the answer says; start and end count too and do not overlap, and line breaks are
the document's. What no text can meet is refused before the model computes. Members of a line: "mustStart", "mustEnd", "mustContain", and
"length" as [min, max].

A line with a "canvas" goes on from it: a list, from left to right, of null (masked), texts, ids of tokens, and {"id" or "text","isPinned"?,"confidence"?}.
Only what is masked is filled in, in at most "steps" steps; the answer's "text" is what the canvas then says, and its "canvas" has of every
position {"id","text","group","confidence","step","source","isPinned","isEnd"?}: several tokens that spell one character have the same
"group", and the text stands with the last. The first token may spell the end of the prefix again. With --trace each step is told as well, with
--positions position by position. "alternatives":{"position","most"?} asks what could stand at one position instead, given all else.

Several holes are filled together, in turns: each sees what is surely drafted in the others, and the surest draft comes first. Give --at for each; or in
a line "holes", a list of the texts between one hole and the next: "prefix" then ends at the first hole, and "suffix" begins after the last. The
answer has "holes" as well, with "text","steps","tokens","confidence" of each, or a "reason".`;

export function addFillCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const command = program
    .command('fill')
    .description('fill in text at a position of a file, or of many texts on stdin')
    .argument('[file]', "a UTF-8 text file; the editor's exclusions do not hold here: what you name is read")
    .option(
      '--at <line:column>',
      'where to fill in; both count from 1, columns in UTF-16 units as in VS Code; several times: holes that are filled together',
      (position: string, before: readonly string[]) => [...before, position],
      [],
    )
    .option('--jsonl', 'read requests from stdin, one JSON object a line')
    .option('--warm', 'with --jsonl: ask each request first without its last characters, so that "ms" is that of a key')
    .option('--json', 'print the outcome as JSON')
    .option(
      '--trace',
      'also tell what each step committed, with the kind of its pass and the draft that stands after it',
    )
    .option('--positions', 'with --trace: also tell in JSON what is known of every position after each step')
    .option('--write', 'write the text into the file')
    .option('--picture <file>', 'write an animated picture of the run, in SVG');
  const withModel = addModelOptions(addProjectOptions(command));
  addConditionOptions(addRequestOptions(withModel, addLengthOption)).addHelpText('after', HELP);
  command.action(async (file: string | undefined, options: FillOptions) => finish(await fill(file, options, io)));
}

async function fill(file: string | undefined, options: FillOptions, io: CliIo): Promise<number> {
  if (options.jsonl === true) {
    if (file !== undefined || options.at.length > 0 || options.write === true || options.picture !== undefined) {
      throw new UsageError('--jsonl reads texts from stdin: leave out FILE, --at, --write and --picture.');
    }
    const workspaces = new Workspaces(io.signal);
    await chosenWorkspace(options, io);
    return withEngine(options, io, (engine) => fillLines(engine, workspaces, options, io), { project: workspaces });
  }
  if (options.warm === true) {
    throw new UsageError('--warm is about the requests of --jsonl: add --jsonl, or leave it out.');
  }
  const [at, ...others] = options.at;
  if (file === undefined || at === undefined) {
    throw new UsageError('Name a file and a position, for example: infill fill main.ts --at 12:5. Or use --jsonl.');
  }
  if (others.length > 0) return fillTogether(file, options.at, options, io);
  return fillFile(file, at, options, io);
}

/** Fills in at one position of a file and shows the result as the options say. Answers the exit code. */
async function fillFile(file: string, at: string, options: FillOptions, io: CliIo): Promise<number> {
  const position = parsePosition(at);
  const document = await readTextFile(path.resolve(io.cwd, file));
  const offset = new PositionIndex(document.text, file).offsetOf(position);
  const languageId = options.language ?? languageOfFile(file);
  const answer = async (engine: Engine, uri?: string): Promise<number> => {
    const context = {
      ...documentContext(document.text, { start: offset, end: offset }, languageId),
      ...(uri === undefined ? {} : { uri }),
    };
    const conditions = conditionsOf(options);
    const isPictured = options.picture !== undefined;
    const request = {
      context,
      options: {
        ...infillOptions(withoutRange(options), engine.recommended, options.trace === true || isPictured),
        ...(options.positions === true || isPictured ? { positions: true } : {}),
      },
      ...(conditions === undefined ? {} : { conditions }),
    };
    const printer = stepPrinter(options, request.options, engine.info, io);
    const outcome = await engine.infill(request, {
      signal: io.signal,
      ...(printer === undefined ? {} : { onStep: printer.onStep }),
    });
    await printFill({ file, position, text: document.text, offset, outcome, model: engine.info }, options, io);
    if (options.picture !== undefined) {
      await savePicture(options.picture, { file, text: document.text, offset, outcome }, io);
    }
    const best = outcome.kind === 'infill' ? outcome.candidates[0] : undefined;
    if (best === undefined) {
      return io.signal.aborted ? EXIT.interrupted : EXIT.nothing;
    }
    if (options.write === true) {
      await writeTextFile(document, document.text.slice(0, offset) + best.text + document.text.slice(offset));
      await write(io.stderr, `infill: wrote ${file}\n`);
    }
    return EXIT.done;
  };
  const folder = await chosenWorkspace(options, io);
  if (folder === undefined) return withEngine(options, io, answer);
  const workspaces = new Workspaces(io.signal);
  const text: WorkspaceText = { folder, path: document.path, text: document.text, languageId };
  return withEngine(options, io, (engine) => workspaces.drawOn(text, (uri) => answer(engine, uri)), {
    project: workspaces,
  });
}

/** Fills in at several positions of a file. Answers the exit code. */
async function fillTogether(file: string, at: readonly string[], options: FillOptions, io: CliIo): Promise<number> {
  if (
    conditionsOf(options) !== undefined ||
    options.candidates > 1 ||
    options.positions === true ||
    options.picture !== undefined
  ) {
    throw new UsageError(
      'Conditions, --candidates, --positions and --picture are about one hole: leave them out, or name one position.',
    );
  }
  const languageId = options.language ?? languageOfFile(file);
  const answer = (engine: Engine, uri?: string): Promise<number> => {
    const holeOptions = infillOptions(options, engine.recommended, options.trace === true);
    return fillHoles({ file, at, languageId }, { engine, uri }, options, holeOptions, io);
  };
  const folder = await chosenWorkspace(options, io);
  if (folder === undefined) return withEngine(options, io, answer);
  const { path: named, text } = await readTextFile(path.resolve(io.cwd, file));
  const workspaces = new Workspaces(io.signal);
  const drawn: WorkspaceText = { folder, path: named, text, languageId };
  return withEngine(options, io, (engine) => workspaces.drawOn(drawn, (uri) => answer(engine, uri)), {
    project: workspaces,
  });
}

/** The folder that --workspace names, if it is drawn on; throws InfillError where there is none. */
async function chosenWorkspace({ workspace, project }: ProjectOptions, { cwd }: CliIo): Promise<string | undefined> {
  return workspace === undefined || project === 'off' ? undefined : workspaceFolder(workspace, cwd);
}
