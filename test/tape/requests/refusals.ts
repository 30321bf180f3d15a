import { fillAt, fillLines, lineOf } from '../drawing.js';
import { ONE_THREAD, type Call, type Scenario, TINY } from '../scenario.js';
import { drawn } from './drawings.js';

const TEXT = { 'a.ts': 'const a = 1;\nconst 👩 = 2;\n' };
const COMMANDS = ['fill', 'denoise', 'compare', 'bench', 'doctor', 'demo', 'models', 'models add', 'models list'];

function call(name: string, args: readonly string[]): Call {
  return { name, args, files: TEXT };
}

/** What is refused, with its exit code and its message, and what the program says of itself. */
export function refusals(): Scenario[] {
  const fill = ['fill', 'a.ts', '--at', '1:11', ...ONE_THREAD, '--model', TINY.fp32];
  const wrong: Readonly<Record<string, readonly string[]>> = {
    'no such sampler': ['--sampler', 'best'],
    'no such parameter': ['--sampler', 'p2:speed=3'],
    'a parameter out of range': ['--sampler', 'fast-dllm-threshold:threshold=7'],
    'no such schedule': ['--sampler', 'sedd-euler:schedule=square'],
    'no such remasking': ['--remask', 'all'],
    'a remasking without its sampler': ['--sampler', 'p2', '--remask', 'cap'],
    'a loop that runs backwards': ['--sampler', 'mdlm-ancestral', '--remask', 'loop:on=0.1,off=0.9'],
    'no such length': ['--length', 'endless'],
    'a length that the model cannot have': ['--length', 'expand'],
    'no steps': ['--steps', '0'],
    'too many steps': ['--steps', '65'],
    'steps that are no number': ['--steps', 'many'],
    'too many candidates': ['--candidates', '9'],
    'too hot': ['--temperature', '2.1'],
    'an empty nucleus': ['--top-p', '0'],
    'too sure': ['--min-confidence', '1.5'],
    'no such multiline': ['--multiline', 'perhaps'],
    'no such device': ['--device', 'abacus'],
    'no such option': ['--speed', '3'],
    'no such model': ['--model', 'nothing-here'],
    'never sure enough': ['--min-confidence', '1', '--json'],
  };
  const denoise = ['denoise', 'a.ts', ...ONE_THREAD, '--model', TINY.fp32];
  return [
    { name: 'refusals of options', calls: Object.entries(wrong).map(([name, more]) => call(name, [...fill, ...more])) },
    {
      name: 'refusals of places',
      calls: [
        call('no file named', ['fill']),
        call('no such file', ['fill', 'b.ts', '--at', '1:1']),
        call('no position', ['fill', 'a.ts', '--at', 'here']),
        call('no such line', ['fill', 'a.ts', '--at', '9:1']),
        call('no such column', ['fill', 'a.ts', '--at', '1:99']),
        call('inside a character', ['fill', 'a.ts', '--at', '2:8']),
        call('lines and a file', ['fill', 'a.ts', '--jsonl']),
        call('no range', [...denoise, '--range', '1:1']),
        call('an empty range', [...denoise, '--range', '1:3-1:3']),
        call('a pin outside', [...denoise, '--range', '1:1-1:6', '--pin', '2:1-2:3']),
        call('no strength', [...denoise, '--range', '1:1-1:6', '--strength', '0']),
        call('compare no sampler', ['compare', 'a.ts', '--at', '1:1', '--samplers', 'p2,best']),
        call('no such command', ['complete', 'a.ts']),
        call('no such source', ['models', 'add', 'nowhere/at/all']),
        call('a source without a checkpoint', ['models', 'add', '.']),
        call('remove the bundled one', ['models', 'remove', 'infill-code-135m', '--yes']),
        call('use nothing', ['models', 'use', 'nothing-here']),
        fillAt(drawn('middle of a word'), 'middle of a word', ['--model', TINY.fp32, '--json']),
        fillLines(
          'lines',
          ['--model', TINY.fp32],
          [
            { name: 'blank', request: '' },
            { name: 'no JSON', request: 'prefix: a' },
            { name: 'no suffix', request: { id: [1, 'a'], prefix: 'a' } },
            { name: 'too many steps', request: { id: 1.5, prefix: 'a', suffix: '', steps: 65 } },
            { name: 'wrong kinds', request: { id: null, prefix: 1, suffix: [], language: '', maxTokens: 0 } },
            lineOf(drawn('ts return')),
          ],
        ),
      ],
    },
    {
      name: 'refusals and help',
      calls: [
        call('help', ['--help']),
        ...COMMANDS.map((command) => call(`help of ${command}`, [...command.split(' '), '--help'])),
        call('version', ['--version']),
      ],
    },
  ];
}
