import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { measureProject } from '../../../src/cli/commands/measureProject.js';
import { indexFolder } from '../../../src/cli/commands/workspaces.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { InfillRequest } from '../../../src/shared/infillRequest.js';
import type { InfillOutcome } from '../../../src/shared/outcome.js';

test('each place is asked about with the project and without it, and what was found in it is counted', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'infill-measured-'));
  const line = 'const total = sum(prices); // 😀\r\n';
  writeFileSync(path.join(folder, 'a.ts'), line.repeat(40));
  writeFileSync(path.join(folder, 'b.ts'), line.repeat(10));
  const asked: InfillRequest[] = [];
  const engine = {
    recommended: { steps: 4, minConfidence: 0, bySteps: [] },
    infill: async (request: InfillRequest) => {
      asked.push(request);
      const source = request.context.uri === undefined ? undefined : { path: 'a.ts', line: 1 };
      const ms = { total: source === undefined ? 30 : 10 };
      return { kind: 'infill', candidates: [{ text: 'x', source }], report: { ms } } as unknown as InfillOutcome;
    },
  } as unknown as Engine;
  try {
    const { signal } = new AbortController();
    const { files, units, requests } = await measureProject(engine, await indexFolder(folder, signal), signal);
    assert.deepEqual([files, units], [2, line.length * 50]);
    assert.deepEqual(requests, { places: 10, aloneMs: 30, withProjectMs: 10, found: 10 });
    const uris = asked.flatMap(({ context: { uri } }) => uri ?? []);
    assert.equal(uris.length * 2, asked.length);
    assert.deepEqual(
      new Set(uris),
      new Set(['a.ts', 'b.ts'].map((name) => pathToFileURL(path.join(folder, name)).href)),
    );
    for (const { context } of asked.filter(({ options }) => options.steps === 4)) {
      assert.doesNotMatch(context.prefix, /[\uD800-\uDBFF]$/, 'no character is cut in two');
      assert.match(context.suffix, /^(?:\r\n|$)/u, 'the rest of the line is what is asked for');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
