import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutPaths } from '../../../src/extension/log/withoutPaths.js';

const CASES: readonly (readonly [string, string])[] = [
  ['No manifest.json in /home/ann/models/mine.', 'No manifest.json in ~/models/mine.'],
  ['Error: ENOENT, open "/srv/ann/data/a.onnx"', 'Error: ENOENT, open "…/a.onnx"'],
  ['    at run (file:///opt/infill/dist/worker.cjs:12:3)', '    at run (…/worker.cjs:12:3)'],
  [String.raw`in C:\Users\ann\m\model.onnx, line 2`, 'in …/model.onnx, line 2'],
  [JSON.stringify({ model: String.raw`D:\models\mine` }), '{"model":"…/mine"}'],
  [String.raw`from \\server\share\mine`, 'from …/mine'],
  // What is no absolute path stays.
  ['manual in src/log/a.ts: 3 suggested, found in lib/b.ts:7 (model, 7 of 16 steps)', ''],
  ['see https://huggingface.co/owner/name/tree/main', ''],
  ['owner/name is gated; cpu/cuda; 1/2', ''],
  ['"**/.aws/**": true, "**/{.config,Roaming}/gcloud/**"', ''],
];

for (const [text, expected] of CASES) {
  test(text, () => assert.equal(withoutPaths(text, '/home/ann'), expected === '' ? text : expected));
}

test('the home folder of Windows, as JSON writes it', () => {
  const home = String.raw`C:\Users\Ann`;
  const text = JSON.stringify({ 'infill.model': `${home}\\models` });
  assert.equal(withoutPaths(text, home), String.raw`{"infill.model":"~\\models"}`);
});
