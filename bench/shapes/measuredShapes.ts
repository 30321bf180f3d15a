import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { ContextCacheMode, MachineSpeed } from '../../src/shared/modelImport.js';
import type { LeastMs, ShapeResult, ShapeRun } from './measureShape.js';
import { modelsPage } from './modelsPage.js';

/** A model of a public checkpoint's shape, and what it took at least, in all runs on this machine. */
export interface MeasuredShape {
  /** Of the checkpoint in the table. */
  readonly title: string;
  readonly precision: 'int8' | 'int4';
  readonly contextCache: ContextCacheMode;
  /** How fast the machine was in the last of them. */
  readonly speed: MachineSpeed;
  readonly memoryBytes: number;
  readonly requests: readonly MeasuredRequest[];
}

export type MeasuredRequest = ShapeRun['requests'][number] & ShapeResult['requests'][number];

/** What was measured on one machine. */
export interface MeasuredShapes {
  readonly machine: string;
  readonly shapes: readonly MeasuredShape[];
}

const FILE = path.join(import.meta.dirname, 'measured.json');
export const MODELS_PAGE = path.join(import.meta.dirname, '../../docs/models.md');

export async function readMeasured(): Promise<MeasuredShapes> {
  return JSON.parse(await readFile(FILE, 'utf8')) as MeasuredShapes;
}

/** Keeps what was measured: where the same shape was before, the least of both, since other programs only disturb. Writes docs/models.md anew. */
export async function recordMeasured(shape: MeasuredShape): Promise<void> {
  const known = await readMeasured().catch(() => undefined);
  const isSame = (each: MeasuredShape): boolean =>
    each.title === shape.title && each.precision === shape.precision && each.contextCache === shape.contextCache;
  const before = known?.shapes.find(isSame);
  const kept = before === undefined ? shape : best(before, shape);
  const shapes = [...(known?.shapes ?? []).filter((each) => !isSame(each)), kept];
  const options = await resolveConfig(FILE);
  const text = JSON.stringify({ machine: machine(), shapes }, rounded);
  await writeFile(FILE, await format(text, { ...options, parser: 'json' }));
  await writeModelsPage();
}

function best(one: MeasuredShape, other: MeasuredShape): MeasuredShape {
  const isSame = (a: MeasuredRequest, b: MeasuredRequest): boolean =>
    a.prefix === b.prefix && a.suffix === b.suffix && a.canvas === b.canvas;
  const least = (a: LeastMs, b: LeastMs): LeastMs => ({
    clock: Math.min(a.clock, b.clock),
    processor: Math.min(a.processor, b.processor),
  });
  const requests = other.requests.map((request) => {
    const before = one.requests.find((each) => isSame(each, request));
    if (before === undefined) return request;
    return { ...request, first: least(before.first, request.first), later: least(before.later, request.later) };
  });
  const more = one.requests.filter((each) => !other.requests.some((request) => isSame(each, request)));
  return {
    ...other,
    memoryBytes: Math.max(one.memoryBytes, other.memoryBytes),
    requests: [...more, ...requests],
  };
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
