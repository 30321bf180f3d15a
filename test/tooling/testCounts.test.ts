import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTap } from '../../scripts/tests/nodeTests.mjs';
import { countJunit } from '../../scripts/tests/pythonTests.mjs';

const TAP = `TAP version 13
# Subtest: a test that prints what looks like a count
ok 1 - a test
# pass 99
1..4
# tests 7
# suites 0
# pass 2
# fail 1
# cancelled 1
# skipped 1
# todo 2
# duration_ms 5
`;

test('cancelled tests count as failed, todo ones as skipped, and only the closing counts are read', () => {
  assert.deepEqual(countTap(TAP), { passed: 2, failed: 2, skipped: 3 });
});

test('a report that was cut off is no success', () => {
  assert.throws(() => countTap('TAP version 13\nok 1 - a test\n'), /ends before its "# pass" line/);
});

test('errors of pytest count as failed', () => {
  const xml =
    '<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="0.1"></testsuite></testsuites>';
  assert.deepEqual(countJunit(xml), { passed: 4, failed: 3, skipped: 3 });
});

test('a report of pytest without counts is no success', () => {
  assert.throws(() => countJunit('<testsuites></testsuites>'), /no counts/);
});
