import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Passes } from '../../../src/shared/outcome.js';
import { run } from '../cliRun.js';

void describe('infill bench', () => {
  it('measures each combination and says what was cold and what was warm', async () => {
    const { exitCode, stdout } = await run([
      'bench',
      '--steps',
      '1,2',
      '--max-tokens',
      '8,16',
      '--repeats',
      '1',
      '--json',
    ]);
    assert.equal(exitCode, 0);
    const { measurements } = JSON.parse(stdout) as { measurements: Record<string, number>[] };
    const asked = measurements.map(({ maxTokens, steps }) => `${maxTokens}/${steps}`);
    assert.deepEqual(asked, ['8/1', '8/2', '16/1', '16/2']);
    for (const each of measurements) {
      assert.ok((each['stepsUsed'] ?? 9) <= (each['steps'] ?? 0) && (each['canvas'] ?? 99) <= (each['maxTokens'] ?? 0));
      assert.ok((each['msPerStep'] ?? 0) > 0 && (each['coldContextMs'] ?? 0) > 0);
      const { denoise, context } = each['warmPasses'] as unknown as Passes;
      assert.ok(denoise.count >= 1 && denoise.count <= (each['steps'] ?? 0) && denoise.ms > 0, 'passes of a request');
      assert.ok(context.ms > 0, 'a keystroke is read');
      assert.ok((each['warmTokens'] ?? 99) < (each['coldTokens'] ?? 0), 'a keystroke reads less than everything');
    }
  });

  it('prints a table for a person', async () => {
    const { stdout } = await run(['bench', '--steps', '1', '--max-tokens', '8', '--repeats', '1']);
    assert.match(
      stdout,
      /^tiny .* on cpu.*\n\nmax tokens +canvas +steps.*passes\n +8 .* \d denoise [\d.]+ ms.*\n\n\d+ MB resident\n$/,
    );
  });
});

void describe('infill doctor', () => {
  it('finds the model intact, the processor starting, and measures', async () => {
    const { exitCode, stdout } = await run(['doctor', '--json']);
    assert.equal(exitCode, 0);
    const found = JSON.parse(stdout) as {
      system: { node: string };
      model: { name: string; isIntact: boolean };
      speed: { msPerStep: number };
      devices: { device: string; starts: boolean }[];
    };
    assert.deepEqual([found.system.node, found.model.name, found.model.isIntact], [process.version, 'tiny', true]);
    assert.ok(found.speed.msPerStep > 0);
    assert.ok(found.devices.some(({ device, starts }) => device === 'cpu' && starts));
  });

  it('says what is wrong and looks at the rest', async () => {
    const { exitCode, stdout } = await run(['doctor', '--model', 'nowhere']);
    assert.equal(exitCode, 1);
    assert.match(stdout, /^model +The model folder .*nowhere does not exist/m);
    assert.match(stdout, /^runtime +onnxruntime-node \d/m);
    assert.match(stdout, /^devices +cpu +starts/m);
  });
});
