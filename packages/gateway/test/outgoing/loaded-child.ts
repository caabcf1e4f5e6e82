/** Starts a gateway of the gate that is given, stops it, and prints which HTTP clients were loaded for that. */
import { createRequire } from 'node:module';
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';

const [gate = ''] = process.argv.slice(2);
const { config } = parseConfig(
  {
    listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
    store: 'memory:',
    gates: { g: JSON.parse(gate) },
  },
  { baseDir: '/srv', env: {} },
);
const gateway = await startGateway({ config, logSink: { write() {} } });
await gateway.close();
const packages = Object.keys(createRequire(import.meta.url).cache).filter((file) =>
  /[\\/]undici[\\/]/.test(file),
);
const { moduleLoadList = [] } = process as { moduleLoadList?: readonly string[] };
const builtIn = moduleLoadList.filter((name) => name.includes('undici'));
process.stdout.write(JSON.stringify({ package: packages.length > 0, builtIn: builtIn.length > 0 }));
