/** A gateway with an Incode session in a process of its own, to be killed. Prints its log. */
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';

const [dir = '', session = '', storeKey = '', aheadMs = '0'] = process.argv.slice(2);
const { config } = parseConfig(
  {
    listen: { public: '127.0.0.1:0', admin: 'off' },
    store: 'sqlite:killed.db',
    storeKey,
    sessions: { incode: JSON.parse(session) },
  },
  { baseDir: dir, env: {} },
);
await startGateway({
  config,
  logSink: { write: (line) => void process.stdout.write(line) },
  now: () => Date.now() + Number(aheadMs),
});
