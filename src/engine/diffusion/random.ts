/** Uniform random numbers in [0, 1) with 53 bits, reproducible from a seed. */
export interface Random {
  uniform(): number;
}

const DISCARDED = 12;

/**
 * sfc32 (Chris Doty-Humphrey's PractRand), seeded by a splitmix32 stream. The training code's twin draws the same
 * numbers, so sampling traces can be compared token for token.
 *
 * @param seed any number; its low 32 bits count.
 */
export function seededRandom(seed: number): Random {
  let mixed = seed | 0;
  const splitmix32 = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let t = mixed ^ (mixed >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
  let a = splitmix32();
  let b = splitmix32();
  let c = splitmix32();
  let counter = 1;
  const sfc32 = (): number => {
    let t = (a + b) | 0;
    t = (t + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < DISCARDED; i++) sfc32();
  return {
    uniform: () => {
      const high = sfc32() >>> 5;
      const low = sfc32() >>> 6;
      return (high * 67108864 + low) / 9007199254740992;
    },
  };
}
