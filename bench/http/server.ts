/**
 * One server in a process of its own; tells its parent the port.
 *
 * Usage: node bench/http/server.ts raw|raw-checked|fastify-checked|fastify-acting
 *        node bench/http/server.ts gateway CONFIG
 */
import { fastifyActing, fastifyChecked, raw, rawChecked, type Start } from './hand-written.ts';

const [name = '', configFile = ''] = process.argv.slice(2);

const SERVERS: Readonly<Record<string, Start>> = {
  raw,
  'raw-checked': rawChecked,
  'fastify-checked': fastifyChecked,
  'fastify-acting': fastifyActing,
  // As `countersign serve` does it.
  gateway: async () => {
    const { loadConfig, startGateway } = await import('@countersign/gateway');
    const { config } = await loadConfig({ path: configFile, cwd: process.cwd(), env: process.env });
    const { publicPort } = await startGateway({ config });
    return publicPort;
  },
};

const start = SERVERS[name];
if (!start) throw new Error(`no server is named "${name}"`);
process.send?.({ port: await start() });
// The parent's end is this one's end.
process.on('disconnect', () => process.exit());
