/** A watching gateway in a process of its own, where modules are loaded by Node itself. Prints its URL, then its log. */
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';

const [dir = '', secret = ''] = process.argv.slice(2);
const gate = {
  path: '/actions/:action',
  provider: 'flowent',
  keys: [{ secret }],
  answer: { actions: './actions.mjs' },
};
const listen = { public: '127.0.0.1:0', admin: 'off' };
const { config } = parseConfig({ listen, store: 'memory:', gates: { f: gate } }, { baseDir: dir, env: {} });
const logSink = { write: (line: string) => void process.stdout.write(line) };
await startGateway({ config, logSink, watch: true });
