/**
 * One server in a process of its own; tells its parent the port.
 *
 * Usage: node bench/http/server.ts raw|raw-checked|fastify-checked|fastify-acting|fastify-answering
 *        node bench/http/server.ts gateway CONFIG [TREE]      of another built tree; destinations named `paused…` are paused
 *        node bench/http/server.ts keep-in-groups|keep-in-tuned-groups|keep-one-by-one FILE [DESTINATION…]
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keepingInGroups, keepingInTunedGroups, keepingOneByOne } from '../keep/by-hand.ts';
import { fastifyAnswering } from './answering.ts';
import { fastifyActing, fastifyChecked, raw, rawChecked, type Start } from './hand-written.ts';

const [name = '', ...rest] = process.argv.slice(2);
const [configFile = '', tree] = rest;

const SERVERS: Readonly<Record<string, Start>> = {
  raw,
  'raw-checked': rawChecked,
  'fastify-checked': fastifyChecked,
  'fastify-acting': fastifyActing,
  'fastify-answering': fastifyAnswering,
  // As `countersign serve` does it.
  gateway: async () => {
    const { loadConfig, startGateway } = await loadGateway();
    const { config } = await loadConfig({ path: configFile, cwd: process.cwd(), env: process.env });
    const { publicPort, deliveries } = await startGateway({ config });
    // A bench of keeping sends nothing: destinations of that name are paused. An older tree has none.
    for (const { name: destination } of config.destinations ?? [])
      if (destination.startsWith('paused')) await deliveries.pause(destination);
    return publicPort;
  },
  'keep-in-groups': () => keepingInGroups(rest),
  'keep-in-tuned-groups': () => keepingInTunedGroups(rest),
  'keep-one-by-one': () => keepingOneByOne(rest),
};

function loadGateway(): Promise<typeof import('@countersign/gateway')> {
  if (tree === undefined) return import('@countersign/gateway');
  return import(pathToFileURL(join(tree, 'packages/gateway/dist/index.js')).href);
}

const start = SERVERS[name];
if (!start) throw new Error(`no server is named "${name}"`);
process.send?.({ port: await start() });
process.on('message', () => process.send?.(process.cpuUsage()));
// The parent's end is this one's end.
process.on('disconnect', () => process.exit());
