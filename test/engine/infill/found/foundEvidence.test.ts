import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundCalibration } from '../../../../src/engine/contract/recommended.js';
import { chanceOf, type FoundEvidence } from '../../../../src/engine/infill/found/foundEvidence.js';
import { WEIGHTLESS } from './project.js';

const EVIDENCE: FoundEvidence = {
  left: 12,
  right: 25,
  votes: 3,
  nothing: 7,
  characters: 19,
  logText: -4,
  meanToken: -0.5,
  leastToken: -2,
  logSuffix: -1.5,
  gain: 6,
};

test('without weights nothing is known: half of all texts are right', () => {
  assert.equal(chanceOf(EVIDENCE, WEIGHTLESS), 0.5);
});

test('each weight is for its own feature, scaled as it was when the weights were fitted', () => {
  const expected = {
    left: 1.2,
    logLeft: Math.log(13),
    right: 2,
    logRight: Math.log(21),
    logVotes: Math.log(3),
    nothing: 0.7,
    logCharacters: Math.log(20),
    logText: -0.4,
    meanToken: -0.5,
    leastToken: -0.4,
    logSuffix: -0.3,
    gain: 0.6,
  };
  for (const [name, feature] of Object.entries(expected)) {
    const chance = chanceOf(EVIDENCE, { ...WEIGHTLESS, constant: 0.25, [name]: 2 });
    const odds = Math.log(chance / (1 - chance));
    assert.ok(Math.abs(odds - (0.25 + 2 * feature)) < 1e-9, `${name}: ${String(odds)}`);
  }
});

test('tokens that are equal beyond what tells anything change nothing', () => {
  const far = { ...EVIDENCE, left: 300, right: 200 };
  const farther = { ...EVIDENCE, left: 3000, right: 2000 };
  const weights = { ...WEIGHTLESS, left: 1, logLeft: 1, right: 1, logRight: 1 };
  assert.equal(chanceOf(far, weights), chanceOf(farther, weights));
});

test('what was written lately is likelier by the odds that the calibration says, whatever else speaks for it', () => {
  const oddsOf = (calibration: FoundCalibration, isEdit: boolean): number => {
    const chance = chanceOf({ ...EVIDENCE, isEdit }, calibration);
    return Math.log(chance / (1 - chance));
  };
  for (const constant of [-3, 0, 2]) {
    const calibration = { ...WEIGHTLESS, constant };
    const more = oddsOf({ ...calibration, edit: 1.5 }, true) - oddsOf(calibration, false);
    assert.ok(Math.abs(more - 1.5) < 1e-9, String(more));
    assert.equal(oddsOf({ ...calibration, edit: 1.5 }, false), oddsOf(calibration, false));
    assert.equal(oddsOf(calibration, true), oddsOf(calibration, false));
  }
});
