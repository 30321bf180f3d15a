import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { ContextCacheMode, MachineSpeed } from '../../src/shared/modelImport.js';
import type { ShapeResult, ShapeRun } from './measureShape.js';
import { modelsPage } from './modelsPage.js';

/** A model of a public checkpoint's shape, and what it took. */
export interface MeasuredShape {
  /** Of the checkpoint in the table. */
  readonly title: string;
  readonly precision: 'int8' | 'int4';
  readonly contextCache: ContextCacheMode;
  readonly memoryBytes: number;
  readonly requests: readonly (ShapeRun['requests'][number] & ShapeResult['requests'][number])[];
}

/** What was measured on one machine. */
export interface MeasuredShapes {
  readonly machine: string;
  readonly speed: MachineSpeed;
  readonly shapes: readonly MeasuredShape[];
}

const FILE = path.join(import.meta.dirname, 'measured.json');
export const MODELS_PAGE = path.join(import.meta.dirname, '../../docs/models.md');

export async function readMeasured(): Promise<MeasuredShapes> {
  return JSON.parse(await readFile(FILE, 'utf8')) as MeasuredShapes;
}

/** Keeps what was measured in the stead of what was known of the same shape, and writes docs/models.md anew. */
export async function recordMeasured({
  speed,
  shape,
}: {
  readonly speed: MachineSpeed;
  readonly shape: MeasuredShape;
}): Promise<void> {
  const known = await readMeasured().catch(() => undefined);
  const isSame = (each: MeasuredShape): boolean =>
    each.title === shape.title && each.precision === shape.precision && each.contextCache === shape.contextCache;
  const shapes = [...(known?.shapes ?? []).filter((each) => !isSame(each)), shape];
  const measured = { machine: machine(), speed, shapes };
  const options = await resolveConfig(FILE);
  await writeFile(FILE, await format(JSON.stringify(measured, rounded), { ...options, parser: 'json' }));
  await writeModelsPage();
}

/** Writes docs/models.md from what is known. */
export async function writeModelsPage(): Promise<void> {
  await writeFile(MODELS_PAGE, modelsPage(await readMeasured()));
}

/** Times are known to a tenth of a millisecond, not better. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Math.round(value * 10) / 10 : value;
}

function machine(): string {
  const [processor] = os.cpus();
  return `${processor?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
}
