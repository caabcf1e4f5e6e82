/** A gateway whose clock is a file: so far from the true time, in seconds. Started with `serve --config FILE`, as the program is. */
import { readFileSync } from 'node:fs';
import { loadConfig, startGateway } from '@countersign/gateway';
import { readArguments } from '../../scripts/read-arguments.ts';

const file = process.env['TORTURE_CLOCK'] ?? '';
const { values } = readArguments('node torture/engine/clocked-gateway.ts serve --config FILE', {
  options: { config: { type: 'string', default: '' } },
  allowPositionals: true,
});
const { config } = await loadConfig({ path: values.config, cwd: process.cwd(), env: process.env });
const gateway = await startGateway({
  config,
  now: () => Date.now() + Number(readFileSync(file, 'utf8')) * 1_000,
});
console.error('a gateway with a clock of its own serves it');
process.once('SIGTERM', () => void gateway.drain());
