/** `countersign serve`: starts the gateway, and stops it cleanly. */
import { type Config, startGateway } from '@countersign/gateway';
import type { Call, Command } from '../command.ts';
import { loadConfiguration } from '../config-gate.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { gatewayLines } from '../gateway-lines.ts';
import { untilStopped } from '../until-stopped.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'starts the gateway',
  usage: ['serve [--config FILE]'],
  details: [
    'The log goes to standard output, everything else to standard error. SIGTERM and SIGINT finish the requests in flight, then end with 0; a second signal ends at once.',
  ],
  options: {
    config: {
      short: 'c',
      value: 'FILE',
      description: 'default: countersign.yaml or countersign.config.ts in this folder',
    },
  },
  examples: [
    { note: 'with the configuration in this folder', command: 'countersign serve' },
    {
      note: 'an example',
      command: 'FLOWENT_HMAC_KEY=your-hmac-key countersign serve --config examples/flowent/countersign.yaml',
    },
  ],
  maxArguments: 0,
  run,
};

async function run({ args, io, output }: Call): Promise<ExitCode> {
  const { config, warnings, file } = await loadConfiguration(args.text('config'), io);
  for (const { path, message } of warnings) output.warn(`${path}: ${message}`);
  const gateway = await startGateway({ config });
  output.say(`${output.errorStyle.bold('countersign')} serves ${file}`);
  for (const line of gatewayLines(gateway, output.errorStyle)) output.say(line);
  if (gateway.adminUrl !== undefined) output.say(`  ${tokenPlace(config, gateway.adminToken, io)}`);
  await untilStopped(io, () =>
    output.say('Stopping: requests in flight are finished. A second signal ends at once.'),
  );
  await gateway.drain();
  return EXIT.ok;
}

/** A token that nobody configured is shown on a terminal only: standard error is often a log. */
function tokenPlace({ admin }: Config, token: string, { stderr }: Call['io']): string {
  if (admin.token !== undefined) return 'token   the configuration’s admin.token';
  return stderr.isTTY === true
    ? `token   ${token}  (this run’s, for the admin API)`
    : 'token   none: set admin.token in the configuration to use the admin API';
}
