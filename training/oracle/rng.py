"""sfc32 seeded by splitmix32: the generator of src/engine/diffusion, draw for draw.

sfc32: Chris Doty-Humphrey's Small Fast Chaotic generator (PractRand). splitmix32: the 32-bit variant with Pelle
Evensen's constants."""

_MASK = 0xFFFFFFFF


def splitmix32(seed):
    """Endless stream of 32-bit integers."""
    state = seed & _MASK
    while True:
        state = (state + 0x9E3779B9) & _MASK
        t = ((state ^ (state >> 16)) * 0x21F0AAAD) & _MASK
        t = ((t ^ (t >> 15)) * 0x735A2D97) & _MASK
        yield t ^ (t >> 15)


class Sfc32:
    def __init__(self, seed):
        """seed: any integer, taken modulo 2^32."""
        stream = splitmix32(seed)
        self._a, self._b, self._c, self._counter = next(stream), next(stream), next(stream), 1
        for _ in range(12):
            self.next_uint32()

    def next_uint32(self):
        a, b, c = self._a, self._b, self._c
        out = (a + b + self._counter) & _MASK
        self._counter = (self._counter + 1) & _MASK
        self._a = b ^ (b >> 9)
        self._b = (c + (c << 3)) & _MASK
        self._c = ((((c << 21) | (c >> 11)) & _MASK) + out) & _MASK
        return out

    def uniform(self):
        """[0, 1), 53 bits from two draws."""
        high, low = self.next_uint32() >> 5, self.next_uint32() >> 6
        return (high * 67108864 + low) / 9007199254740992
