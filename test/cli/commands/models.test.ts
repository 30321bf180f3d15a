import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import type { AvailableModel, MachineSpeed, ModelDescription } from '../../../src/shared/modelImport.js';
import { recordSpeed } from '../../../src/modelStore/measuredSpeed.js';
import { type CliRun, run, TINY } from '../cliRun.js';

const BUNDLED = 'infill-code-135m';

void describe('infill models', () => {
  const folders: string[] = [];
  let data: string;
  let mine: string;

  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'infill-cli-data-'));
    folders.push(data);
    mine = path.join(data, 'models', 'mine');
    await cp(TINY, mine, { recursive: true });
  });
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  const infill = (args: readonly string[], stdin = '', env: NodeJS.ProcessEnv = {}): Promise<CliRun> =>
    run(args, { stdin, env: { INFILL_HOME: data, ...env } });
  const list = async (env: NodeJS.ProcessEnv = {}): Promise<(ModelDescription & { isUsed: boolean })[]> =>
    JSON.parse((await infill(['models', 'list', '--json'], '', env)).stdout) as (ModelDescription & {
      isUsed: boolean;
    })[];

  it('lists bundled and added ones with licence, sizes, speed and which one is used', async () => {
    await recordSpeed(data, mine, { msPerStep: 3.25, device: 'cpu' });
    const models = await list();
    assert.deepEqual(
      models.map(({ name, isBundled, isUsed, msPerStep }) => [name, isBundled, isUsed, msPerStep]),
      [
        [BUNDLED, true, true, null],
        ['mine', false, false, 3.25],
      ],
    );
    const { stdout } = await infill(['models', 'list']);
    const [heading = '', bundled = '', added = ''] = stdout.split('\n');
    assert.match(heading, /name +version +license +MB +memory MB +ms\/step +folder/);
    assert.match(bundled, /^\* +infill-code-135m .*Apache-2\.0/);
    assert.match(added, /^ +mine .* 3\.\d +.*mine/);
  });

  it('lists public checkpoints that are not here, with what they would cost', async () => {
    const json = async (): Promise<{ machine: MachineSpeed; models: AvailableModel[] }> =>
      JSON.parse((await infill(['models', 'available', '--json'])).stdout) as Awaited<ReturnType<typeof json>>;
    const { machine, models } = await json();
    assert.ok(machine.int8PerSecond > 1e9 && machine.threads >= 1);
    const [first] = models;
    assert.ok(first?.isForCode === true && first.memoryBytes > first.parameters);
    for (const { stepMs, requestMs, dualRequestMs } of models) {
      assert.ok(stepMs !== null && requestMs !== null && dualRequestMs !== null);
      assert.ok(stepMs < requestMs && dualRequestMs < requestMs);
    }
    const { stdout, exitCode } = await infill(['models', 'available']);
    assert.equal(exitCode, 0);
    const [heading = '', ...rows] = stdout.split('\n');
    assert.match(heading, /model +for +billions +license +download +weights +memory +8 steps +dual +needs/);
    assert.match(
      rows[0] ?? '',
      /^!? +fredzzp\/open-dcoder-0\.5B +code +0\.6 +apache-2\.0 +1\.3 GB +int8 +1\.5 GB +[\d.]+ s +[\d.]+ s$/,
    );
    assert.match(stdout, /diffugpt-s .*--mask 10541\n/);
    assert.match(stdout, /mdlm-owt .*a folder\n[^]*GPT-2's tokenizer\.json/);
    // What was added under the name that it gets by itself is not offered again.
    await cp(TINY, path.join(data, 'models', 'open-dcoder-0.5b'), { recursive: true });
    assert.deepEqual(
      (await json()).models.map(({ repository }) => repository),
      models.slice(1).map(({ repository }) => repository),
    );
  });

  it('switches the default, which --model and the environment go before', async () => {
    const { stdout, exitCode } = await infill(['models', 'use', 'mine']);
    assert.deepEqual([exitCode, stdout], [0, 'The command line uses mine from now on.\n']);
    const used = async (env: NodeJS.ProcessEnv = {}): Promise<string | undefined> =>
      (await list(env)).find(({ isUsed }) => isUsed)?.name;
    assert.equal(await used(), 'mine');
    assert.equal(await used({ INFILL_MODEL: BUNDLED }), BUNDLED);
    assert.equal(await used({ INFILL_MODEL: TINY }), undefined); // a folder outside of the store
    assert.equal(await used({ INFILL_MODEL: ' ' }), 'mine'); // blank names none
    assert.equal(await used({ INFILL_MODEL: path.join(mine, 'manifest.json') }), 'mine');
    assert.match((await infill(['models', 'verify'])).stdout, /models\/mine|models\\mine/);
    assert.match((await infill(['models', 'verify', BUNDLED])).stdout, /infill-code-135m/);
    await infill(['models', 'use', BUNDLED]);
    assert.equal(await used(), BUNDLED);
    const { stderr } = await infill(['models', 'use', 'mine'], '', { INFILL_MODEL: TINY });
    assert.match(stderr, /INFILL_MODEL is set and goes first/);
  });

  it('lists the models though the default is gone or cannot be read, and says so', async () => {
    await infill(['models', 'use', 'mine']);
    await rm(mine, { recursive: true });
    for (const says of [/no model named "mine"/, /settings\.json does not say/]) {
      const { exitCode, stdout, stderr } = await infill(['models', 'list']);
      assert.equal(exitCode, 0);
      assert.match(stdout, /infill-code-135m/);
      assert.match(stderr, says);
      await writeFile(path.join(data, 'settings.json'), '{');
    }
  });

  it('uses no model that is not there, is damaged, or does not fit', async () => {
    const missing = await infill(['models', 'use', 'other']);
    assert.deepEqual([missing.exitCode, missing.stdout], [1, '']);
    assert.match(missing.stderr, /no model named "other".*infill models list/);
    await rm(path.join(mine, 'tokenizer.json'));
    assert.match((await infill(['models', 'use', 'mine'])).stderr, /tokenizer\.json is missing/);
    await infill(['models', 'use', BUNDLED]);
    await writeFile(path.join(data, 'settings.json'), '{"model":"gone"}');
    assert.match((await infill(['models', 'verify'])).stderr, /no model named "gone"/);
  });

  it('fills with a model that is called by its name', async () => {
    const line = `${JSON.stringify({ id: 1, prefix: 'const a = ', suffix: ';\n', steps: 1 })}\n`;
    const { stdout, exitCode } = await infill(['fill', '--jsonl', '--model', 'mine'], line);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^\{"id":1,"text":/);
  });

  it('remembers the speed that a benchmark has measured', async () => {
    await infill(['bench', '--model', 'mine', '--steps', '1', '--max-tokens', '8', '--repeats', '1']);
    const [bundled, added] = await list();
    assert.equal(bundled?.msPerStep, null);
    assert.ok((added?.msPerStep ?? 0) > 0);
  });

  it('asks before it removes', async () => {
    for (const answer of ['', 'n\n', '\n', 'yesterday\n']) {
      const { exitCode, stderr } = await infill(['models', 'remove', 'mine'], answer);
      assert.equal(exitCode, 1);
      assert.match(stderr, /Delete .*mine and all that is in it\? \[y\/N\] infill: nothing was deleted/);
    }
    assert.ok(existsSync(mine));
    assert.deepEqual((await infill(['models', 'remove', 'mine'], 'y\n')).stdout, 'Removed mine.\n');
    assert.ok(!existsSync(mine));
  });

  it('removes without asking where told so, and never the bundled one', async () => {
    const { stdout } = await infill(['models', 'remove', 'mine', '--yes', '--json']);
    assert.deepEqual(JSON.parse(stdout), { name: 'mine', folder: mine });
    const refused = await infill(['models', 'remove', BUNDLED, '--yes']);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /is bundled with Infill and stays/);
    assert.equal((await infill(['models', 'remove', '../models/mine', '--yes'])).exitCode, 1);
  });
});
