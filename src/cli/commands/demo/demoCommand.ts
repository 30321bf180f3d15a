import path from 'node:path';
import type { Command } from 'commander';
import type { Engine } from '../../../engine/engine.js';
import { inMilliseconds } from '../../../shared/inMilliseconds.js';
import { stepLimit } from '../../../shared/stepLimit.js';
import { visibleLine } from '../../../shared/visibleText.js';
import { type CliIo, EXIT, write } from '../../output/cliIo.js';
import {
  addModelOptions,
  addRequestOptions,
  infillOptions,
  type ModelOptions,
  type RequestOptions,
} from '../../input/commandOptions.js';
import { documentContext } from '../../input/documentContext.js';
import { excerpt } from '../../output/excerpt.js';
import { languageOfFile } from '../../input/languageOfFile.js';
import { StepPrinter } from '../../output/stepPrinter.js';
import { type Style, styleFor } from '../../output/style.js';
import { requestTimes } from '../../output/summary.js';
import { readTextFile } from '../../input/textFile.js';
import { formatPosition, PositionIndex } from '../../input/textPosition.js';
import { withEngine } from '../withEngine.js';
import { type Example, EXAMPLES, holeOf } from './examples.js';

type DemoOptions = ModelOptions & RequestOptions;

const NEXT = `Your own file:   npm start -- FILE --at LINE:COLUMN
In the editor:   npm run vscode
All commands:    node dist/cli.cjs --help
`;

export function addDemoCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const command = program.command('demo').description('show how three example files are filled in, step by step');
  addRequestOptions(addModelOptions(command));
  command.action(async (options: DemoOptions) => finish(await demo(options, io)));
}

async function demo(options: DemoOptions, io: CliIo): Promise<number> {
  const exitCode = await showExamples(options, io);
  await write(io.stdout, `\n${NEXT}`);
  return exitCode;
}

async function showExamples(options: DemoOptions, io: CliIo): Promise<number> {
  const style = styleFor(io.stdout, io.env);
  return withEngine(options, io, async (engine) => {
    const { name, version, device, threads, loadMs } = engine.info;
    await write(
      io.stdout,
      `${style('bold', visibleLine(`${name} ${version}`))} on ${device}, ${threads} threads, loaded in ${inMilliseconds(loadMs)}\n`,
    );
    for (const example of EXAMPLES) {
      await show(example, engine, options, style, io);
      if (io.signal.aborted) {
        return EXIT.interrupted;
      }
    }
    return EXIT.done;
  });
}

async function show(example: Example, engine: Engine, options: DemoOptions, style: Style, io: CliIo): Promise<void> {
  const { text } = await readTextFile(path.join(io.root, example.file));
  const offset = holeOf(example, text);
  const position = new PositionIndex(text, example.file).positionOf(offset);
  const context = documentContext(text, { start: offset, end: offset }, languageOfFile(example.file));
  const request = { context, options: infillOptions(options, engine.recommended, false) };
  await write(io.stdout, `\n${style('bold', `${example.language}: ${example.file} at ${formatPosition(position)}`)}\n`);
  const printer = new StepPrinter(io.stdout, style, stepLimit(request.options, engine.info.steps.most));
  const outcome = await engine.infill(request, { signal: io.signal, onStep: printer.onStep });
  const best = outcome.kind === 'infill' ? outcome.candidates[0] : undefined;
  if (best !== undefined) {
    await write(io.stdout, `\n${excerpt(text.slice(0, offset), best.text, text.slice(offset), style)}\n`);
    await write(
      io.stdout,
      `${style('dim', `confidence ${best.confidence.toFixed(2)}, ${requestTimes(outcome.report)}`)}\n`,
    );
  } else if (outcome.kind === 'none') {
    await write(io.stdout, `${style('yellow', `nothing suggested: ${outcome.reason}`)} ${outcome.detail}\n`);
  }
}
