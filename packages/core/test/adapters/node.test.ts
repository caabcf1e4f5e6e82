/** The adapter of `node:http`. */
import { webhook } from '../../src/adapters/node.ts';
import { adapterContract } from './contract.ts';
import { listen } from './serving.ts';

adapterContract('node:http', {
  start: ({ gate, handler, options, isParsed }) => {
    const serve = webhook(gate, handler, options);
    return listen(async (req, res) => {
      if (isParsed) for await (const _ of req);
      await serve(req, res);
    });
  },
  withoutSecret: (secret) => webhook('github', secret, () => undefined),
  canBeParsed: true,
});
