/** Loads the packages' sources with counters in them; what is loaded before this has none. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { COUNTERS, instrument } from './instrument.ts';
import { withSmallLimits } from './small-limits.ts';

/** Of all branches of all packages; beyond it a module cannot be loaded. */
const MOST_COUNTERS = 1 << 16;

const SOURCES = /\/packages\/\w+\/src\/.*\.ts$/;

/** The counters of the modules that were loaded, and what their code compares with. */
export interface Loaded {
  counters(): Uint32Array;
  words(): readonly string[];
}

/** From now on what is imported of the packages counts. */
export function countImports(): Loaded {
  const all = new Uint32Array(MOST_COUNTERS);
  Object.defineProperty(globalThis, COUNTERS, { value: all });
  const words = new Set<string>();
  let used = 0;
  registerHooks({
    load(url, context, nextLoad) {
      if (!SOURCES.test(url)) return nextLoad(url, context);
      const path = fileURLToPath(url);
      const plain = withSmallLimits(path, readFileSync(path, 'utf8'));
      const { source, nextCounter, words: written } = instrument(plain, used);
      if (nextCounter > MOST_COUNTERS) throw new RangeError('there are more branches than counters');
      used = nextCounter;
      for (const word of written) words.add(word);
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
  return { counters: () => all.subarray(0, used), words: () => [...words] };
}
