/** workerd, which runs Cloudflare Workers: without nodejs_compat, so that nothing of Node's is there. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { builtFile, bundle } from '../bundle.ts';
import { type Runtime, RuntimeMissing } from './runtime.ts';
import { startProgram } from './started-program.ts';

/** From 2026-08-04 on, workers have nodejs_compat unless they say otherwise. */
const COMPATIBILITY_DATE = '2026-11-01';

const CONFIGURATION = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  bindings = [(name = "GITHUB_WEBHOOK_SECRET", text = "a secret of thirty-two characters")],
  compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2"],
  compatibilityDate = "${COMPATIBILITY_DATE}",
);
`;

export const workerd: Runtime = {
  name: 'workerd',
  build: 'web',
  async start() {
    const program = findProgram();
    await bundle('web', 'worker');
    const file = join(dirname(builtFile('web', 'worker')), 'config.capnp');
    writeFileSync(file, CONFIGURATION);
    const started = await startProgram({
      command: [program.file, 'serve', file, '--control-fd=3'],
      descriptor: 3,
      portOf: (line) => (JSON.parse(line) as { readonly port?: number }).port,
    });
    return {
      version: program.version,
      origin: `http://127.0.0.1:${started.port}`,
      isWorker: true,
      stop: started.stop,
    };
  },
};

/** @throws RuntimeMissing where its package has none for this system */
function findProgram(): { readonly file: string; readonly version: string } {
  const require = createRequire(import.meta.url);
  try {
    const { default: file } = require('workerd') as { readonly default: string };
    const { version } = require('workerd/package.json') as { readonly version: string };
    return { file, version };
  } catch (error) {
    throw new RuntimeMissing(
      `the package workerd has no program for this system: ${(error as Error).message}`,
    );
  }
}
