/** Two gateways in workers of node:cluster. Prints each one's port, and ends. */
import cluster from 'node:cluster';
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  const ports = await Promise.all(
    workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))),
  );
  console.log(JSON.stringify(ports));
  process.exit();
}
const gates = { one: { path: '/one', provider: 'none', respond: { status: 204 } } };
const listen = { public: '127.0.0.1:0', admin: 'off' };
const { config } = parseConfig({ listen, store: 'memory:', gates }, { baseDir: '.', env: {} });
const { publicPort } = await startGateway({ config, logSink: { write: () => {} } });
process.send?.(publicPort);
