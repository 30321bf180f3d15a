import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { addModelOptions, addRequestOptions, numberIn } from '../../../src/cli/input/commandOptions.js';
import { NARROWER_RANGES, OPTION_RANGES, type OptionRange } from '../../../src/shared/optionRanges.js';

function parsed(...args: string[]): Record<string, unknown> {
  const command = addRequestOptions(addModelOptions(new Command()))
    .exitOverride()
    .configureOutput({ writeErr: () => '' });
  return command.parse(args, { from: 'user' }).opts();
}

const ranges: Readonly<Record<string, OptionRange>> = {
  steps: OPTION_RANGES.steps,
  deadline: OPTION_RANGES.deadlineMs,
  candidates: OPTION_RANGES.candidates,
  maxTokens: OPTION_RANGES.maxTokens,
  temperature: OPTION_RANGES.temperature,
  topP: OPTION_RANGES.topP,
  seed: NARROWER_RANGES.commandLine.seed,
  minConfidence: OPTION_RANGES.minConfidence,
  stopBelow: OPTION_RANGES.stopBelow,
  threads: OPTION_RANGES.threads,
};
for (const [name, { least, most, above = false }] of Object.entries(ranges)) {
  const option = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  test(`${option} takes the numbers of its range, and no others`, () => {
    const { [name]: end } = parsed(option, String(most));
    assert.equal(end, most);
    assert.throws(() => parsed(option, String(most + 1)), /Write a (?:whole )?number (?:from|above)/);
    if (above) assert.throws(() => parsed(option, String(least)), /above/);
    else assert.equal(parsed(option, String(least))[name], least);
  });
}

test('numbers are written in digits', () => {
  for (const text of ['', ' 1', '1e1', '0x1', '-1', '+1', '1.5', 'one', '12345678901']) {
    assert.throws(() => numberIn({ least: 0, most: 1e12, whole: true })(text), /whole number from 0 to/, text);
  }
  assert.equal(numberIn({ least: 0, most: 2, whole: false })('.5'), 0.5);
});
