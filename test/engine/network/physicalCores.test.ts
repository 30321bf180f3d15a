import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { coresFromCpuinfo, physicalCores } from '../../../src/engine/network/physicalCores.js';

const processor = (socket: number, core: number): string =>
  `processor\t: 0\nmodel name\t: a processor\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`;

describe('physical cores', () => {
  it('count threads of one core once, and cores of two sockets apart', () => {
    assert.equal(coresFromCpuinfo([processor(0, 0), processor(0, 1), processor(0, 0), processor(0, 1)].join('\n')), 2);
    assert.equal(coresFromCpuinfo([processor(0, 0), processor(1, 0)].join('\n')), 2);
    assert.equal(coresFromCpuinfo('processor\t: 0\nBogoMIPS\t: 50.00\n'), 0);
  });

  it('are at least one here', async () => {
    assert.ok((await physicalCores()) >= 1);
  });
});
