// Whether what the context cache holds changes answers: types through stretches of this project's own files, key by key, on one
// model that stays warm, and compares each answer with that of a model that has read nothing before.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { infill } from '../src/engine/infill/infill.js';
import { EncoderDenoiser } from '../src/engine/network/encoderDenoiser/encoderDenoiser.js';
import { loadParts } from '../src/engine/network/encoderDenoiser/loadParts.js';
import { readManifest } from '../src/engine/network/folder/manifest.js';
import { asEncoderDenoiser } from '../test/engine/network/asKind.js';
import { loadTokenizer } from '../src/engine/tokenizer/loadTokenizer.js';
import type { InfillOutcome } from '../src/shared/outcome.js';
import { typedSession } from '../test/engine/typedSession.js';
import { BUNDLED_MODEL } from './benchText.js';
import { markdownTable } from './markdownTable.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: BUNDLED_MODEL },
    threads: { type: 'string', default: '2' },
    keys: { type: 'string', default: '60' },
    files: { type: 'string', multiple: true },
  },
});

const root = path.join(import.meta.dirname, '..');
const FILES = [
  'examples/prices.ts',
  'src/engine/infill/canvas/canvas.ts',
  'training/model/model.py',
  'scripts/vscode.mjs',
  'CONTRIBUTING.md',
  'package.json',
];
/** Keys between two acts that are no typing. */
const PAUSE = 17;
const LANGUAGES: Readonly<Record<string, string>> = {
  '.ts': 'typescript',
  '.mjs': 'javascript',
  '.py': 'python',
  '.md': 'markdown',
  '.json': 'json',
};

const manifest = asEncoderDenoiser(await readManifest(args.model));
const parts = await loadParts(args.model, manifest, { device: 'cpu', threads: Number(args.threads) });
const tokenizer = await loadTokenizer(path.join(args.model, manifest.tokenizer.path));
const warm = new EncoderDenoiser(parts);

interface Count {
  answers: number;
  /** Answers with another text, with other tokens, and that differ in anything, confidences to the last bit included. */
  texts: number;
  tokens: number;
  bits: number;
}
const none = (): Count => ({ answers: 0, texts: 0, tokens: 0, bits: 0 });
const counts = new Map<string, Count>();
const times = { warm: 0, cold: 0 };

for (const name of args.files ?? FILES) {
  const text = readFileSync(path.join(root, name), 'utf8').replaceAll('\r\n', '\n');
  const start = Math.floor(text.length * 0.4);
  const end = Math.min(text.length, start + Number(args.keys));
  const languageId = LANGUAGES[path.extname(name)] ?? 'plaintext';
  const own = none();
  counts.set(name, own);
  for (const { request } of typedSession({ text, start, end, languageId, pause: PAUSE })) {
    const { recommended } = manifest;
    const answers: InfillOutcome[] = [];
    for (const model of [warm, new EncoderDenoiser(parts)]) {
      const begin = performance.now();
      answers.push(await infill(request, { model, tokenizer, recommended }));
      times[model === warm ? 'warm' : 'cold'] += performance.now() - begin;
    }
    const differ = (part: (outcome: InfillOutcome) => unknown): number =>
      new Set(answers.map((outcome) => JSON.stringify(part(outcome)))).size - 1;
    own.answers++;
    own.texts += differ((outcome) => (outcome.kind === 'infill' ? outcome.candidates[0]!.text : outcome.reason));
    own.tokens += differ((outcome) =>
      outcome.kind === 'infill' ? outcome.candidates[0]!.tokens.map(({ text }) => text) : outcome.reason,
    );
    own.bits += differ(({ report: _, ...answer }) => answer);
  }
  console.error(name, JSON.stringify(own));
}
await parts.dispose();

const total = none();
for (const count of counts.values()) {
  for (const key of ['answers', 'texts', 'tokens', 'bits'] as const) total[key] += count[key];
}
const row = (name: string, { answers, texts, tokens, bits }: Count): string[] => [
  name,
  ...[answers, texts, tokens, bits].map(String),
];
console.log(
  markdownTable([
    ['typed', 'answers', 'other text', 'other tokens', 'other in any bit'],
    ...[...counts].map(([name, count]) => row(name, count)),
    row('all', total),
  ]),
);
console.log(`\nwarm ${(times.warm / total.answers).toFixed(0)} ms, cold ${(times.cold / total.answers).toFixed(0)} ms`);
