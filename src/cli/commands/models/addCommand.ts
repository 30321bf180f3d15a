import { type Command, Option } from 'commander';
import { addModel } from '../../../modelStore/add/addModel.js';
import { keptImport } from '../../../modelStore/add/keptImports.js';
import { modelSource } from '../../../modelStore/add/modelSource.js';
import { availableMemory } from '../../../modelStore/availableMemory.js';
import { withCheckpointFloats } from '../../../modelStore/convert/checkpointFloats.js';
import { convertCheckpoint } from '../../../modelStore/convert/convertCheckpoint.js';
import { inspectCheckpoint } from '../../../modelStore/convert/inspectCheckpoint.js';
import { dataFolder } from '../../../modelStore/dataFolder.js';
import { hubAccess } from '../../../modelStore/hub/hubAccess.js';
import {
  type AddedModel,
  type AddOutcome,
  type AddQuestion,
  type Agreement,
  CONTEXT_CACHES,
  CONTEXT_RANGE,
  type ContextCacheMode,
  type ModelSource,
  PRECISION_CHOICES,
  type PrecisionChoice,
} from '../../../shared/modelImport.js';
import { visibleLine } from '../../../shared/visibleText.js';
import { type CliIo, EXIT, write, writeJson } from '../../output/cliIo.js';
import { numberIn } from '../../input/commandOptions.js';
import { keptText } from './keptText.js';
import { AddProgressPrinter } from '../../output/addProgressPrinter.js';

interface AddOptions {
  readonly precision: PrecisionChoice;
  readonly name?: string;
  readonly mask?: number;
  readonly ordinaryMask?: boolean;
  readonly shift?: 'yes' | 'no';
  readonly license?: string;
  readonly contextCache: ContextCacheMode;
  readonly context?: number;
  readonly json?: boolean;
}

const HELP = `
SOURCE is a folder with config.json, tokenizer.json and safetensors, a model folder that was converted before, or OWNER/NAME
(or OWNER/NAME@REVISION) of a model on the hub. Only then the network is used. HF_TOKEN gives access to gated models,
HF_ENDPOINT names a mirror. However it ends, Ctrl+C included, what was received and converted is kept until the model is added:
the same command goes on where it stopped. "infill models kept" shows it, "infill models discard" deletes it. Models are kept in
$INFILL_HOME/models, where INFILL_HOME is by default the system's folder for a person's data, and the editor sees them too.`;

export function addAddCommand(models: Command, io: CliIo, finish: (exitCode: number) => void): void {
  models
    .command('add')
    .description('convert a diffusion language model from its safetensors and keep it')
    .argument('<source>', 'a folder, or OWNER/NAME on the hub')
    .addOption(
      new Option('--precision <p>', 'numbers of the weights; auto = int8, or int4 for large models')
        .choices(PRECISION_CHOICES)
        .default('auto'),
    )
    .option('--name <name>', 'what to call it (default: from the source)')
    .option(
      '--mask <id>',
      'id of the mask token, where the files do not tell',
      numberIn({ least: 0, most: 2 ** 31 - 1, whole: true }),
    )
    .option('--ordinary-mask', 'the mask token may be one that texts are made of')
    .addOption(
      new Option('--shift <yes|no>', 'whether a row predicts the next position, where the files do not tell').choices([
        'yes',
        'no',
      ]),
    )
    .option('--license <name>', 'its licence, where the files do not tell')
    .addOption(
      new Option(
        '--context-cache <kind>',
        'keep keys and values of the text before the canvas (prefix), or around it (dual), between steps: faster, approximate',
      )
        .choices(CONTEXT_CACHES)
        .default('exact'),
    )
    .option(
      '--context <tokens>',
      `read at most so many tokens around the canvas, ${CONTEXT_RANGE.least} to ${CONTEXT_RANGE.most}: each step computes all of them (default: ${CONTEXT_RANGE.most})`,
      numberIn({ ...CONTEXT_RANGE, whole: true }),
    )
    .option('--json', 'print as JSON')
    .addHelpText('after', HELP)
    .action(async (source: string, options: AddOptions) => finish(await add(source, options, io)));
}

async function add(text: string, options: AddOptions, io: CliIo): Promise<number> {
  const { precision, name, mask, ordinaryMask, shift, license, contextCache, context, json } = options;
  const printer = new AddProgressPrinter(io.stderr);
  const data = dataFolder(io.env);
  const source = await modelSource(text, io.cwd);
  let outcome: AddOutcome;
  try {
    outcome = await addModel(
      {
        source,
        ...(name === undefined ? {} : { name }),
        precision,
        answers: {
          ...(mask === undefined ? {} : { mask }),
          ...(ordinaryMask === undefined ? {} : { ordinaryMask }),
          ...(shift === undefined ? {} : { shift: shift === 'yes' }),
          ...(license === undefined ? {} : { license }),
          contextCache,
          ...(context === undefined ? {} : { context }),
        },
      },
      {
        root: io.root,
        data,
        hub: hubAccess(io.env, io.env['HF_TOKEN'] ?? ''),
        inspect: inspectCheckpoint,
        convert: convertCheckpoint,
        compare: async (folder, checkpoint, run) => {
          // Only here, so that commands which need no model do not load the native runtime.
          const { topTokenAgreement } = await import('../../../engine/compareModels.js');
          const compared = await withCheckpointFloats(checkpoint, async (floats) =>
            topTokenAgreement(folder, floats, run),
          );
          return { kind: 'measured', ...compared };
        },
        freeMemory: availableMemory,
        signal: io.signal,
        onProgress: (progress) => printer.show(progress),
      },
    );
  } catch (error) {
    printer.end();
    const kept = await keptOf(data, source);
    if (io.signal.aborted) {
      await write(io.stderr, `infill: cancelled, nothing was added.\n${kept}`);
      return EXIT.interrupted;
    }
    await write(io.stderr, kept);
    throw error;
  }
  printer.end();
  if (outcome.kind === 'questions') {
    await (json === true ? writeJson(io.stdout, outcome) : write(io.stderr, asked(outcome.questions)));
    return EXIT.nothing;
  }
  const { model } = outcome;
  await (json === true ? writeJson(io.stdout, model) : write(io.stdout, summary(model)));
  return EXIT.done;
}

/** What the next try goes on with, and how to delete it; '' where there is nothing. */
async function keptOf(data: string, source: ModelSource): Promise<string> {
  const kept = await keptImport(data, source).catch(() => undefined); // another error is about to be told
  return kept === undefined
    ? ''
    : `infill: ${keptText(kept)} The same command goes on with it; infill models discard ${visibleLine(kept.source)} deletes it.\n`;
}

const OPTIONS: Readonly<Record<AddQuestion['answer'], string>> = {
  mask: '--mask ID',
  ordinaryMask: '--ordinary-mask, or --mask ID',
  shift: '--shift yes or --shift no',
};

/** The files do not tell all that must be known; nothing was added. */
function asked(questions: readonly AddQuestion[]): string {
  return questions.map(({ text, answer }) => `infill: ${visibleLine(text)} Answer with ${OPTIONS[answer]}.\n`).join('');
}

function summary({ name, folder, license, precision, bytes, memoryBytes, agreement, notes }: AddedModel): string {
  const megabytes = (count: number): string => `${Math.round(count / 1e6)} MB`;
  return [
    `Added ${name}: ${precision}, ${megabytes(bytes)} on disk, about ${megabytes(memoryBytes)} of memory, licence ${visibleLine(license)}`,
    visibleLine(folder),
    agreementText(agreement),
    ...notes.map((note) => `Note: ${visibleLine(note)}`),
    `Use it with --model ${name}, or for all commands: infill models use ${name}`,
    '',
  ].join('\n');
}

function agreementText(agreement: Agreement): string {
  if (agreement.kind === 'skipped') {
    return `Not compared with 32-bit floating point: ${agreement.why}.`;
  }
  const { agreeing, positions } = agreement;
  const percent = ((100 * agreeing) / Math.max(1, positions)).toFixed(1);
  return `Same most likely token as in 32-bit floating point: ${percent}% (${agreeing} of ${positions} positions of sample texts)`;
}
