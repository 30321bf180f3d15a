import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { runInElectron, runInRig } from './rig/hostTests.js';

const onDesktop = process.env['INFILL_HOST'] === 'electron';

for (const [name, untrusted] of [
  ['inside the extension host', false],
  ['inside the extension host, in an untrusted workspace', true],
] as const) {
  test(name, { skip: onDesktop ? false : withoutRig() }, (t) => runInHost(t, untrusted));
}

async function runInHost(t: TestContext, untrusted: boolean): Promise<void> {
  const folder = newFolder();
  const run = onDesktop ? runInElectron : runInRig;
  const { results, broken, log } = await run({
    folder,
    extensionDevelopmentPath: prepared('INFILL_UNPACKED'),
    testsFile: prepared('INFILL_HOST_TESTS'),
    // The model is young: what it is not sure of counts here too.
    // Drafts have tests of their own, see live.test.ts; here what is inserted is the answer.
    settings: { 'infill.minimumConfidence': 0, 'infill.live': 'off' },
    untrusted,
    timeoutMs: 600_000,
  });
  const logFile = untrusted ? 'inHost-untrusted.log' : 'inHost.log';
  writeFileSync(outputFile(logFile), log);
  rmSync(folder, { recursive: true, force: true });
  for (const { name, error, notes } of results) {
    await t.test(name, (each) => {
      notes.forEach((note) => each.diagnostic(note));
      if (error !== undefined) {
        throw new Error(error);
      }
    });
  }
  assert.equal(
    broken,
    undefined,
    `${broken ?? ''}\nThe log is in test-output/${logFile}; its end:\n${log.slice(-3000)}`,
  );
  assert.ok(results.length > 0, 'no test ran');
}
