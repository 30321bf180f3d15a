import type { WorkerState } from '../../inference/host/client.js';
import type { ProcessMemory } from '../../inference/host/infillService.js';
import { passesInWords } from '../../shared/passesInWords.js';
import { visibleText } from '../../shared/visibleText.js';
import { projectFacts, type ProjectView } from '../project/projectView.js';
import type { RequestRecord } from './requestLog.js';
import { withoutPaths } from './withoutPaths.js';

export interface DiagnosticFacts {
  readonly versions: Readonly<Record<string, string>>;
  /** Processor, memory and load, each in words. */
  readonly machine: Readonly<Record<string, string>>;
  /** Extensions that seem to bring inline suggestions too, with how that is known. */
  readonly otherProviders: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly worker: WorkerState;
  readonly workerMemory: ProcessMemory | undefined;
  readonly project: ProjectView;
  readonly stepMs: number | undefined;
  readonly activationMs: number;
  readonly records: readonly RequestRecord[];
  /** Replaced wherever they occur: paths tell who a person is. */
  readonly home: string;
  readonly userName: string;
}

const RECORDS_SHOWN = 20;

/**
 * What a bug report needs, as Markdown: never any text of a document, no file names, no user name. English, because it is
 * read by the maintainers.
 */
export function diagnosticsText(facts: DiagnosticFacts): string {
  const { worker } = facts;
  const info = worker.info;
  const lines = [
    '### Infill diagnostics',
    '',
    ...Object.entries({ ...facts.versions, ...facts.machine }).map(([name, value]) => `- ${name}: ${value}`),
    `- Other extensions that seem to suggest inline (VS Code does not tell): ${facts.otherProviders.join('; ') || 'none found'}`,
    `- Activation: ${facts.activationMs.toFixed(1)} ms`,
    `- Inference process: ${worker.kind}, ${worker.detail}`,
    ...placeLines(worker),
    ...(worker.error === undefined ? [] : [`- Error: ${worker.error.code}: ${worker.error.describe()}`]),
    ...(facts.workerMemory === undefined ? [] : [memoryLine(facts.workerMemory)]),
    ...(info === undefined
      ? ['- Model: not loaded']
      : [
          `- Model: ${info.name} ${info.version}, loaded in ${Math.round(info.loadMs)} ms`,
          `- Steps: ${info.steps.recommended} recommended, ${info.steps.most ?? 'any number'} at most`,
          `- Device: ${info.device}, ${info.threads} threads${info.deviceNote === '' ? '' : ` (${info.deviceNote})`}`,
        ]),
    `- Project: ${projectFacts(facts.project)}`,
    ...(facts.stepMs === undefined ? [] : [`- Denoising step: ${facts.stepMs.toFixed(1)} ms`]),
    '',
    '```json',
    JSON.stringify(facts.settings, undefined, 2),
    '```',
    '',
    '| time | language | trigger | outcome | from | ms | steps | times | passes |',
    '|---|---|---|---|---|---|---|---|---|',
    ...facts.records.slice(-RECORDS_SHOWN).map(row),
    '',
  ];
  return visibleText(withoutPerson(lines.join('\n'), facts));
}

function placeLines({ place, insteadOf }: WorkerState): string[] {
  return [
    ...(place === undefined ? [] : [`- Computed on: ${place.kind} ${place.name}`]),
    ...(insteadOf === undefined
      ? []
      : [`- Computed here, not on ${insteadOf.kind} ${insteadOf.name}: ${insteadOf.error?.describe() ?? ''}`]),
  ];
}

function memoryLine({ bytes, windows }: ProcessMemory): string {
  const users = windows === undefined ? 'of this window alone' : `shared, windows that use it: ${windows}`;
  return `- Memory of the inference process: ${Math.round(bytes / 2 ** 20)} MiB (${users})`;
}

function row(record: RequestRecord): string {
  const steps = record.steps === undefined ? '' : `${record.steps.used}/${record.steps.requested}`;
  return `| ${[
    new Date(record.time).toISOString().slice(11, 19),
    record.languageId,
    record.trigger,
    record.outcome === 'suggested' ? `suggested ${record.candidates}` : (record.reason ?? 'none'),
    `${record.hosted === undefined ? record.source : 'hosted'}${record.found === undefined ? '' : ', found'}`, // names no file
    Math.round(record.ms),
    steps,
    record.times,
    [
      ...(record.passes === undefined ? [] : [passesInWords(record.passes)]),
      ...(record.stoppedBy === undefined ? [] : [`stopped by the ${record.stoppedBy}`]),
    ].join('; '),
  ].join(' | ')} |`;
}

function withoutPerson(text: string, { home, userName }: DiagnosticFacts): string {
  const withoutAbsolute = withoutPaths(text, home);
  if (userName === '') {
    return withoutAbsolute;
  }
  const escaped = userName.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  // Only as a whole segment of a path: a user called "main" must not empty the rest of the report.
  return withoutAbsolute.replace(new RegExp(String.raw`(?<=[/\\])${escaped}(?=[/\\"\s]|$)`, 'giu'), '<user>');
}
