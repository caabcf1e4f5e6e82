/** Prevents: mistakes of type in what builds the site, which the project’s own check leaves out: its packages are installed apart. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';
import { readArguments } from '../scripts/read-arguments.ts';

readArguments('node site/check-types.ts', {});
installPeers(import.meta.dirname);
const tsc = join(import.meta.dirname, '../node_modules/typescript/bin/tsc');
process.exitCode =
  spawnSync(process.execPath, [tsc, '-p', import.meta.dirname], { stdio: 'inherit' }).status ?? 1;
