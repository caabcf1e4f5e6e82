/** Loads the configuration of the folder that it is started in, and ends in order on a SIGTERM where it is told to. */
import { loadConfig } from '../../../src/config/load-config.ts';

if (process.argv.includes('--in-order')) process.on('SIGTERM', () => process.exit(0));
await loadConfig({ cwd: process.cwd(), env: process.env });
