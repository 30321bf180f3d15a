import type { InfillService } from '../../src/inference/host/infillService.js';

/** A service of which a test says what it needs; whatever else is called fails the test. */
export function fakeService(parts: Partial<InfillService>): InfillService {
  const unexpected = (name: string) => (): never => {
    throw new Error(`The test did not expect a call of ${name}.`);
  };
  return {
    state: { kind: 'stopped', detail: '' },
    pid: undefined,
    configure: unexpected('configure'),
    setSharing: unexpected('setSharing'),
    setIdleMs: unexpected('setIdleMs'),
    load: unexpected('load'),
    infill: unexpected('infill'),
    denoise: unexpected('denoise'),
    canvas: unexpected('canvas'),
    holes: unexpected('holes'),
    feedProject: unexpected('feedProject'),
    memory: unexpected('memory'),
    restart: unexpected('restart'),
    ...parts,
  };
}
