/** The adapter of Express, with the two versions that are in use. */
import { createRequire } from 'node:module';
import express from 'express';
import { describe } from 'vitest';
import { webhook } from '../../src/adapters/express.ts';
import { adapterContract } from './contract.ts';
import { listen } from './serving.ts';

/** It comes without types. */
const express4 = createRequire(import.meta.url)('express4') as typeof express;

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (name, framework) => {
  adapterContract(name, {
    start: ({ gate, handler, options, isParsed }) => {
      const app = framework();
      app.set('env', 'test'); // it prints no errors
      if (isParsed) app.use(framework.json());
      app.post('/hook', webhook(gate, handler, options));
      return listen(app);
    },
    withoutSecret: (secret) => webhook('github', secret, () => undefined),
    canBeParsed: true,
  });
});
