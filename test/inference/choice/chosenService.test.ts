import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ChosenService } from '../../../src/inference/choice/chosenService.js';
import type { ElsewhereService, ElsewhereSource } from '../../../src/inference/choice/elsewhere.js';
import type { WorkerState } from '../../../src/inference/host/clientState.js';
import type { JobOptions } from '../../../src/inference/host/job.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { InfillRequest } from '../../../src/shared/infillRequest.js';
import { emptyReport, type InfillOutcome, type StepTrace } from '../../../src/shared/outcome.js';
import type { ModelInfo } from '../../../src/shared/protocol.js';
import { fakeService } from '../../extension/fakeService.js';

const PLACE = { kind: 'server', name: 'box.example' } as const;
const GONE = new InfillError('unreachable', 'box.example does not answer.', 'Start it.');
const REQUEST = { context: { prefix: 'a' } } as InfillRequest;
const NOTHING = {} as JobOptions;
const INFO: ModelInfo = {
  ...{ name: 'model', version: '1', license: 'MIT', device: 'cpu', deviceNote: '', threads: 1, loadMs: 1 },
  steps: { recommended: 4 },
};

let told: WorkerState[];
let changes: number;
let idle: number[];
let asked: string[];
let local: WorkerState;

beforeEach(() => {
  [told, changes, idle, asked] = [[], 0, [], []];
  local = { kind: 'ready', detail: '' };
});

function none(detail: string): InfillOutcome {
  return { kind: 'none', reason: 'empty', detail, report: emptyReport() };
}

function chosen(onState: () => void = () => undefined): ChosenService {
  return new ChosenService({
    local: fakeService({
      get state() {
        return local;
      },
      setIdleMs: (ms) => void idle.push(ms),
      infill: (request) => {
        asked.push(`local ${request.context.prefix}`);
        return Promise.resolve(none('local'));
      },
      feedProject: () => Promise.resolve(asked.push('local project') > 0),
    }),
    onState: (state) => {
      told.push(state);
      onState();
    },
    onChange: () => {
      changes++;
    },
  });
}

/** A place whose state and answers a test moves. */
class Box {
  state: WorkerState = { kind: 'stopped', detail: '', place: PLACE };
  fallsBack = true;
  isDisposed = false;
  answer: (request: InfillRequest, options: JobOptions) => Promise<InfillOutcome> = () => Promise.resolve(none('box'));
  private onState: (state: WorkerState) => void = () => undefined;

  readonly source: ElsewhereSource = {
    kind: 'server',
    key: () => 'box',
    usesSecret: () => false,
    fallsBack: () => this.fallsBack,
    create: (onState) => {
      this.onState = onState;
      const state = (): WorkerState => this.state;
      const service: ElsewhereService = {
        ...fakeService({
          infill: (request, options = NOTHING) => {
            asked.push(`box ${request.context.prefix}`);
            return this.answer(request, options);
          },
          feedProject: () => Promise.resolve(asked.push('box project') > 0),
        }),
        get state() {
          return state();
        },
        dispose: () => {
          this.isDisposed = true;
          return Promise.resolve();
        },
      };
      return service;
    },
  };

  tell(state: Omit<WorkerState, 'place'>): void {
    this.state = { ...state, place: PLACE };
    this.onState(this.state);
  }

  fail(): void {
    this.tell({ kind: 'failed', detail: '', error: GONE });
  }
}

async function who(service: ChosenService): Promise<string> {
  const outcome = await service.infill(REQUEST);
  return outcome.kind === 'none' ? outcome.detail : '';
}

test('this machine answers until another place is used, and again afterwards', async () => {
  const service = chosen();
  const box = new Box();
  assert.equal(await who(service), 'local');
  assert.ok(!('place' in service.state));
  service.use(box.source);
  assert.equal(await who(service), 'box');
  assert.deepEqual(service.state.place, PLACE);
  await service.feedProject({});
  service.use(undefined);
  assert.equal(box.isDisposed, true);
  assert.equal(await who(service), 'local');
  assert.deepEqual(asked, ['local a', 'box a', 'box project', 'local a']);
  assert.equal(changes, 2);
});

test('who watches sees one end before the other begins, and hears nothing of who does not answer', () => {
  const service = chosen();
  const box = new Box();
  box.state = { kind: 'ready', detail: 'box', place: PLACE };
  service.use(box.source);
  assert.deepEqual(
    told.map(({ kind, info }) => [kind, info]),
    [
      ['stopped', undefined],
      ['ready', undefined],
    ],
  );
  told.splice(0);
  service.localChanged({ kind: 'working', detail: '' });
  assert.equal(told.length, 0);
  box.tell({ kind: 'working', detail: '' });
  assert.deepEqual(
    told.map((state) => [state.kind, state.place?.name]),
    [['working', 'box.example']],
  );
  service.use(new Box().source);
  told.splice(0);
  box.tell({ kind: 'ready', detail: '' });
  assert.equal(told.length, 0);
});

test('a place that fails is stood in for, which is told with why, and asked again once it can answer', async () => {
  const service = chosen();
  const box = new Box();
  service.use(box.source);
  box.fail();
  assert.equal(changes, 2);
  assert.equal(service.state.kind, 'ready');
  assert.equal(service.state.place, undefined);
  assert.equal(service.state.insteadOf?.name, 'box.example');
  assert.equal(service.state.insteadOf.error, GONE);
  assert.equal(await who(service), 'local');
  box.tell({ kind: 'ready', detail: '' });
  assert.equal(changes, 3);
  assert.equal(service.state.insteadOf, undefined);
  assert.equal(await who(service), 'box');
});

test('where nobody stands in, the failure is what is told and thrown', async () => {
  const service = chosen();
  const box = new Box();
  box.fallsBack = false;
  box.answer = () => Promise.reject(GONE);
  service.use(box.source);
  box.fail();
  assert.equal(service.state.kind, 'failed');
  await assert.rejects(service.infill(REQUEST), GONE);
  assert.deepEqual(asked, ['box a']);
});

/** Fails while it answers. */
function failing(box: Box, before: (options: JobOptions) => void = () => undefined): void {
  box.answer = async (_, options) => {
    before(options);
    await Promise.resolve();
    box.fail();
    throw GONE;
  };
}

test('a request that the place could not answer is answered whole by this machine', async () => {
  const service = chosen();
  const box = new Box();
  service.use(box.source);
  failing(box);
  assert.equal(await who(service), 'local');
  assert.deepEqual(asked, ['box a', 'local a']);
});

test('a request that is wrong is asked nobody else', async () => {
  const service = chosen();
  const box = new Box();
  service.use(box.source);
  const wrong = new InfillError('invalid-request', 'Too long.', '');
  box.answer = () => Promise.reject(wrong);
  await assert.rejects(service.infill(REQUEST), wrong);
  assert.deepEqual(asked, ['box a']);
});

test('nothing is added to an answer that has begun, to one nobody waits for, or to an older one', async () => {
  const service = chosen();
  const box = new Box();
  service.use(box.source);
  const back = (): void => box.tell({ kind: 'ready', detail: '' });

  failing(box, ({ onStep }) => onStep?.({} as StepTrace));
  await assert.rejects(service.infill(REQUEST, { onStep: () => undefined }), GONE);
  back();
  failing(box);
  await assert.rejects(service.infill(REQUEST, { isAhead: () => true }), GONE);
  back();
  const withdrawn = new AbortController();
  failing(box, () => withdrawn.abort());
  await assert.rejects(service.infill(REQUEST, { signal: withdrawn.signal }), GONE);
  back();
  failing(box);
  const older = service.infill(REQUEST);
  const newer = service.infill({ context: { prefix: 'ab' } } as InfillRequest);
  await assert.rejects(older, GONE);
  await newer;
  assert.deepEqual(asked, ['box a', 'box a', 'box a', 'box a', 'box ab', 'local ab']);
});

test('a model that nobody asks is let go sooner', () => {
  const service = chosen();
  const box = new Box();
  service.setIdleMs(900_000);
  service.use(box.source);
  service.setIdleMs(0);
  box.fail();
  assert.deepEqual(idle, [900_000, 60_000, 60_000, 0]);
});

test('where the place has another model than before, what was answered holds no more', () => {
  const service = chosen();
  const box = new Box();
  service.use(box.source);
  const before = changes;
  const info = (version: string): ModelInfo => ({ ...INFO, version });
  box.tell({ kind: 'ready', detail: '', info: info('1') });
  box.tell({ kind: 'loading', detail: '' });
  box.tell({ kind: 'ready', detail: '', info: info('1') });
  assert.equal(changes, before);
  box.tell({ kind: 'ready', detail: '', info: info('2') });
  assert.equal(changes, before + 1);
  assert.equal(told.at(-1)?.info?.version, '2');
});

/** Watches as the project's feed does: it looks what the state is whenever it is told that there is another one. */
test('who looks at the state sees one end before the other begins too, so that the project is fed anew to whoever answers', async () => {
  const box = new Box();
  const fed: Promise<boolean>[] = [];
  let isLoaded = true;
  local = { kind: 'ready', detail: 'local', info: INFO };
  const service: ChosenService = chosen(() => {
    const isNow = service.state.info !== undefined;
    if (isNow && !isLoaded) fed.push(service.feedProject({ clear: true }));
    isLoaded = isNow;
  });
  box.state = { kind: 'ready', detail: 'box', info: INFO, place: PLACE };
  service.use(box.source);
  for (let i = 0; i < 3; i++) {
    box.fail();
    box.tell({ kind: 'ready', detail: '', info: INFO });
  }
  service.use(undefined);
  await Promise.all(fed);
  const both = ['local project', 'box project'];
  assert.deepEqual(asked, ['box project', ...both, ...both, ...both, 'local project']);
});
