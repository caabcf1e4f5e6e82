/**
 * Prevents: documentation that only those read who browse the repository, and a link in it that is dead.
 * Builds the pages into site/dist and exits 1 where a link leads nowhere or nothing leads to a page; with `--serve` shows them on this machine.
 */
import { join } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';
import { positive, readArguments } from '../scripts/read-arguments.ts';

const { values } = readArguments('npm run docs [-- [--out FOLDER] [--serve [--port N]]]', {
  options: {
    out: { type: 'string', default: join(import.meta.dirname, 'dist') },
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '8080' },
  },
});

const port = positive(values.port, '--port');
const began = performance.now();
installPeers(import.meta.dirname);
const { buildSite } = await import('./src/build-site.ts');
const { pages, bytes, faults } = await buildSite(join(import.meta.dirname, '..'), values.out);
for (const fault of faults) console.error(fault);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`${values.out}: ${pages} pages, ${(bytes / 1e6).toFixed(1)} MB, in ${seconds} s`);
if (faults.length > 0) process.exitCode = 1;

if (values.serve) {
  const { createSiteServer } = await import('./src/serve-site.ts');
  const server = createSiteServer(values.out, '/');
  server.once('error', ({ message }) => {
    console.error(`${message}\n  → Name another port with --port, or end what listens there.`);
    process.exitCode = 2;
  });
  server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/`));
}
