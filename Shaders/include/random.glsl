// Random numbers by counter, the same as RandomKey.cs: each is a function of a key and an index.
uint mixBits(uint x) {
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ (x >> 16);
}

// A key of its own for one of many.
uint randomKey(uint key, uint index) { return mixBits(key ^ mixBits(index + 0x9e3779b9u)); }

uint randomBits(uint key, uint index) { return mixBits(mixBits(index) + key); }

// In [0, 1), a multiple of 2^-24.
float randomUniform(uint key, uint index) { return float(randomBits(key, index) >> 8) * (1.0 / 16777216.0); }
