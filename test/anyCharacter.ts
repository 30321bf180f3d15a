import fc from 'fast-check';

/** Half characters: UTF-16 units that are no character on their own. */
const FIRST_HALF = 0xd800;
const HALVES = 0x800;

/**
 * Every character there is, as fast-check's unit `binary` has them, for `fc.string`. That one finds a character's number in a table of
 * all of them, which takes a second to make.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat({ max: 0x10ffff - HALVES }).map(
  (number) => String.fromCodePoint(number < FIRST_HALF ? number : number + HALVES),
  (text) => {
    if (typeof text !== 'string' || !/^\P{Surrogate}$/su.test(text)) throw new Error('not one character');
    const code = text.codePointAt(0)!;
    return code < FIRST_HALF ? code : code - HALVES;
  },
);
