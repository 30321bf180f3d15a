import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InfillError } from '../../../src/shared/infillError.js';
import { denoiseRequest, holesRequest, infillRequest, textOf } from '../requests.js';
import { isAlive, scriptedClient, until } from '../scriptedClient.js';

void describe('requests', () => {
  it('start the process, load once, and are answered', async () => {
    await using scripted = scriptedClient();
    const { client, states } = scripted;
    assert.equal(client.state.kind, 'stopped');
    assert.match(textOf(await client.infill(infillRequest('one'))), /^model \d+ 1 one$/);
    assert.match(textOf(await client.infill(infillRequest('two'))), /^model \d+ 2 two$/);
    await until(() => client.state.kind === 'ready');
    const kinds = states.map((state) => state.kind).filter((kind, index, all) => kind !== all[index - 1]);
    assert.deepEqual(kinds.slice(0, 4), ['starting', 'loading', 'ready', 'working']);
    assert.equal(kinds.filter((kind) => kind === 'loading').length, 1);
    assert.equal(client.state.info?.name, 'model');
  });

  it('report their steps while they run, to who asked for them', async () => {
    await using scripted = scriptedClient();
    const steps: number[] = [];
    const outcome = await scripted.client.infill(infillRequest('steps'), { onStep: ({ step }) => steps.push(step) });
    assert.equal(textOf(outcome), 'stepped');
    assert.deepEqual(steps, [0, 1, 2]);
    assert.equal(textOf(await scripted.client.infill(infillRequest('steps'))), 'stepped');
  });

  it("reject with the child's own error, and the next one works", async () => {
    await using scripted = scriptedClient();
    await assert.rejects(scripted.client.infill(infillRequest('fail')), (error: unknown) => {
      assert.ok(error instanceof InfillError);
      assert.deepEqual([error.code, error.message, error.remedy], ['invalid-request', 'Not this.', 'Do that.']);
      return true;
    });
    assert.match(textOf(await scripted.client.infill(infillRequest('next'))), /next$/);
  });

  it('say how much memory the process takes, without starting one', async () => {
    await using scripted = scriptedClient();
    assert.equal(await scripted.client.memory(), undefined);
    await scripted.client.load();
    const { bytes = 0, windows } = (await scripted.client.memory()) ?? {};
    assert.ok(bytes > 1_000_000);
    assert.equal(windows, undefined, 'it is shared with nobody');
  });
});

void describe('an infill request that is asked ahead', () => {
  const ahead = { isAhead: () => true };

  it('is answered where nothing else is to do, and shows nobody that the model works', async () => {
    await using scripted = scriptedClient();
    const { client, states } = scripted;
    await client.load();
    assert.match(textOf(await client.infill(infillRequest('soon'), ahead)), /soon$/);
    assert.equal(
      states.some(({ kind }) => kind === 'working'),
      false,
    );
  });

  it('loads no model, and takes no place that is not free', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    assert.equal(textOf(await client.infill(infillRequest('soon'), ahead)), 'not-ready');
    assert.equal(client.state.kind, 'stopped');
    await client.load();
    const running = client.infill(infillRequest('hold'));
    await until(() => client.state.kind === 'working');
    assert.equal(textOf(await client.infill(infillRequest('soon'), ahead)), 'superseded');
    const newer = client.infill(infillRequest('newer'));
    assert.equal(textOf(await running), 'cancelled', 'by the newer one, not by what was asked ahead');
    assert.match(textOf(await newer), /newer$/);
  });

  it('gives way to whatever else is asked: infilling and denoising', async () => {
    for (const ask of ['infill', 'denoise'] as const) {
      await using scripted = scriptedClient();
      const { client } = scripted;
      await client.load();
      const soon = client.infill(infillRequest('hold'), ahead);
      const wanted =
        ask === 'infill' ? client.infill(infillRequest('wanted')) : client.denoise(denoiseRequest('wanted'));
      assert.equal(textOf(await soon), 'superseded');
      assert.match(textOf(await wanted), /wanted$/);
    }
  });

  it('is one like any other as soon as somebody waits for it', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    await client.load();
    let isAhead = true;
    const order: string[] = [];
    const soon = client.infill(infillRequest('quiet'), { isAhead: () => isAhead });
    isAhead = false;
    const denoised = client.denoise(denoiseRequest('wanted'));
    await Promise.all([
      soon.then((outcome) => order.push(textOf(outcome))),
      denoised.then((outcome) => order.push(textOf(outcome).split(' ').at(-1) ?? '')),
    ]);
    assert.deepEqual(order, ['late', 'wanted']);
  });
});

void describe('the newest infill request', () => {
  it('cancels the running one and supersedes those that wait', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    await client.load();
    const running = client.infill(infillRequest('hold'));
    await until(() => client.state.kind === 'working');
    const waiting = client.infill(infillRequest('waiting'));
    const newest = client.infill(infillRequest('newest'));
    assert.equal(textOf(await running), 'cancelled');
    assert.equal(textOf(await waiting), 'superseded');
    assert.match(textOf(await newest), /^model \d+ 2 newest$/, 'the child saw two requests');
  });

  it('leaves denoise requests alone, which run in order', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    await client.load();
    const order: string[] = [];
    const note = (outcome: Parameters<typeof textOf>[0]): number => order.push(textOf(outcome).split(' ').at(-1) ?? '');
    await Promise.all([
      client.denoise(denoiseRequest('d1')).then(note),
      client.infill(infillRequest('i1')).then(note),
      client.denoise(denoiseRequest('d2')).then(note),
      client.infill(infillRequest('i2')).then(note),
    ]);
    assert.deepEqual(order, ['superseded', 'd1', 'd2', 'i2']);
  });

  it('leaves several holes alone too, which are answered together', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    await client.load();
    const order: string[] = [];
    const last = (outcome: Parameters<typeof textOf>[0]): string => textOf(outcome).split(' ').at(-1) ?? '';
    const holes = client.holes(holesRequest(['h', '', '', 'end']));
    await Promise.all([
      holes.then((outcomes) => order.push(outcomes.map(last).join())),
      client.infill(infillRequest('i1')).then((outcome) => order.push(last(outcome))),
      client.infill(infillRequest('i2')).then((outcome) => order.push(last(outcome))),
    ]);
    assert.deepEqual(order, ['superseded', 'h,h,h', 'i2']);
  });

  it('does not count when it was withdrawn before it came', async () => {
    await using scripted = scriptedClient();
    const older = scripted.client.infill(infillRequest('older'));
    const newer = scripted.client.infill(infillRequest('newer'), { signal: AbortSignal.abort() });
    assert.equal(textOf(await newer), 'cancelled');
    assert.match(textOf(await older), /older$/);
  });
});

void describe('an abort', () => {
  it('ends a running request at once and frees the child for the next', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    const abort = new AbortController();
    const outcome = client.infill(infillRequest('hold'), { signal: abort.signal });
    await until(() => client.state.kind === 'working');
    abort.abort();
    assert.equal(textOf(await outcome), 'cancelled');
    assert.match(textOf(await client.infill(infillRequest('next'))), /^model \d+ 2 next$/, 'in the same process');
  });

  it('ends several holes, each with the reason, and tells the child', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    const abort = new AbortController();
    const outcomes = client.holes(holesRequest(['hold', '', '']), { signal: abort.signal });
    await until(() => client.state.kind === 'working');
    assert.equal(client.state.detail, 'Filling in at several places.');
    abort.abort();
    assert.deepEqual((await outcomes).map(textOf), ['cancelled', 'cancelled']);
    assert.match(textOf(await client.infill(infillRequest('next'))), /^model \d+ 2 next$/, 'in the same process');
  });

  it('ends a waiting request without the child ever seeing it', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    const abort = new AbortController();
    const aborted = client.denoise(denoiseRequest('aborted'), { signal: abort.signal });
    const next = client.denoise(denoiseRequest('next'));
    abort.abort();
    assert.equal(textOf(await aborted), 'cancelled');
    assert.match(textOf(await next), /^model \d+ 1 next$/);
  });
});

void describe('the configuration', () => {
  it('is loaded anew when it changes, once the running request is done', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    const first = client.infill(infillRequest('first'));
    client.configure({ modelPath: 'model', device: 'cpu', threads: 1 });
    const pid = Number(/ (\d+) /.exec(textOf(await first))?.[1]);
    const quiet = client.denoise(denoiseRequest('quiet'));
    await until(() => client.state.kind === 'working');
    client.configure({ modelPath: 'other', device: 'cpu', threads: 1 });
    assert.equal(textOf(await quiet), 'late');
    assert.match(textOf(await client.infill(infillRequest('second'))), /^other \d+ 1 second$/);
    await until(() => !isAlive(pid));
  });

  it('that cannot be loaded gives its reason to every request, until another one is set', async () => {
    await using scripted = scriptedClient({ restarts: { firstDelayMs: 600_000, maxDelayMs: 600_000, maxFailures: 3 } });
    const { client, states } = scripted;
    client.configure({ modelPath: 'missing', device: 'cpu', threads: 1 });
    const reason = { code: 'model-missing', message: 'There is no model in missing.', remedy: 'Choose another.' };
    await assert.rejects(client.infill(infillRequest('one')), reason);
    assert.equal(client.state.kind, 'failed');
    assert.equal(client.state.error?.code, 'model-missing');
    const starts = (): number => states.filter((state) => state.kind === 'starting').length;
    await assert.rejects(client.infill(infillRequest('two')), reason);
    assert.equal(starts(), 1, 'the known reason is given without another try');
    await assert.rejects(client.load(), reason);
    assert.equal(starts(), 2, 'an explicit load tries again');
    client.configure({ modelPath: 'model', device: 'cpu', threads: 1 });
    assert.match(textOf(await client.infill(infillRequest('three'))), /three$/);
  });
});

void describe('without use', () => {
  it('the process is ended, and the next request starts it again', async () => {
    await using scripted = scriptedClient({ idleMs: 100 });
    const { client } = scripted;
    await client.load();
    const pid = client.pid ?? 0;
    await until(() => client.state.kind === 'stopped' && !isAlive(pid));
    assert.equal(client.state.error, undefined);
    assert.match(textOf(await client.infill(infillRequest('again'))), /^model \d+ 1 again$/);
    client.setIdleMs(0);
    assert.notEqual(client.pid, pid);
  });
});

void describe('dispose', () => {
  it('ends the process and what is pending', async () => {
    const { client } = scriptedClient();
    const pending = client.infill(infillRequest('hold'));
    await until(() => client.state.kind === 'working');
    const pid = client.pid ?? 0;
    await client.dispose();
    assert.equal(textOf(await pending), 'cancelled');
    assert.equal(isAlive(pid), false);
    await assert.rejects(client.infill(infillRequest('after')), { code: 'cancelled' });
  });

  it('is possible while the process starts', async () => {
    const { client } = scriptedClient();
    const loading = assert.rejects(client.load(), { code: 'cancelled' });
    await client.dispose();
    await loading;
    assert.equal(client.state.kind, 'stopped');
  });
});
