import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { memberSource } from '../../../src/cli/input/memberSource.js';

test('a member comes as it is written', () => {
  for (const [json, source] of [
    ['{"id":1}', '1'],
    [' { "a" : "id" , "id"\t: [ 1, {"id": 2} ] } ', '[ 1, {"id": 2} ]'],
    ['{"id":1,"id":"2"}', '"2"'],
    [String.raw`{"\u0069d":"a\\\"}","b":0}`, String.raw`"a\\\"}"`],
    ['{"a":{"id":1}}', undefined],
    ['{"a":"id","b":"\\"id\\":1"}', undefined],
    ['{"":1,"id":null}', 'null'],
    ['{}', undefined],
    ['[{"id":1}]', undefined],
    ['["id",1]', undefined],
    ['"id"', undefined],
    ['7', undefined],
  ] as const) {
    assert.equal(memberSource(json, 'id'), source, json);
  }
});

test('any JSON: it is what JSON.parse says', () => {
  const key = fc.constantFrom('id', 'a', '', '"', '\\', '{', '}:,', '__proto__');
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>(null, true, 0, -1.5e9, 'id', '"', '\\', '\\"', ',"id":1', '}', ']', '\u2028'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  fc.assert(
    fc.property(value, fc.constantFrom(0, 1), (each, indent) => {
      const json = JSON.stringify(each, null, indent);
      const source = memberSource(json, 'id');
      const parsed = JSON.parse(json) as unknown;
      const has =
        typeof parsed === 'object' && !Array.isArray(parsed) && parsed !== null && Object.hasOwn(parsed, 'id');
      assert.equal(source !== undefined, has);
      if (source !== undefined) assert.deepEqual(JSON.parse(source), (parsed as { readonly id: unknown }).id);
    }),
    { numRuns: 2000 },
  );
});
