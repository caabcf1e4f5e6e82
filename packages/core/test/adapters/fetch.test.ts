/** The adapter of fetch handlers. */
import { webhook } from '../../src/adapters/fetch.ts';
import { adapterContract } from './contract.ts';
import { serveFetch } from './serve-fetch.ts';
import { listen } from './serving.ts';

adapterContract('fetch', {
  start: ({ gate, handler, options, isParsed }) => {
    const serve = webhook(gate, handler, options);
    return listen(
      serveFetch(async (request) => {
        if (isParsed) await request.json();
        return serve(request);
      }),
    );
  },
  withoutSecret: (secret) => webhook('github', secret, () => undefined),
  canBeParsed: true,
});
