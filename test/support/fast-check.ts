import * as fc from 'fast-check';

// The same generated input in every run: what passed once passes again. A search for more takes another seed.
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20_250_505) });

export default fc;
