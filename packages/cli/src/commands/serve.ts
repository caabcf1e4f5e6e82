/** `countersign serve`: starts the gateway, and stops it cleanly. */
import { SetupError } from '@countersign/core';
import {
  type Config,
  dryStart,
  type Gateway,
  type LoadedConfig,
  setUpProblems,
  startGateway,
} from '@countersign/gateway';
import { type Call, CONFIG_FILE, type Command } from '../command.ts';
import { loadConfiguration, withPlaces } from '../config-gate.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { StartRegistration } from '../flowent/start-registration.ts';
import { gatewayLines } from '../gateway-lines.ts';
import { unlessStopped, untilStopped } from '../until-stopped.ts';
import { isMendable, joinedWarnings } from '../warning-lines.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'starts the gateway',
  usage: ['serve [--config FILE] [--register] [--watch]'],
  details: [
    'The log goes to standard output, everything else to standard error. On SIGTERM or SIGINT it finishes the requests in flight, then exits with 0; a second signal stops it at once. SIGHUP is logged and does nothing else.',
    'If npm or npx started it, it stops when they end. As a service, start node_modules/.bin/countersign itself.',
  ],
  options: {
    config: CONFIG_FILE,
    register: {
      description: 'register the actions with their platforms, now and whenever they differ there',
    },
    watch: { description: 'reload actions when their module changes: for development' },
  },
  examples: [
    { note: 'with the configuration in this folder', command: 'countersign serve' },
    { note: 'while you write actions', command: 'countersign serve --watch' },
    {
      note: 'an example',
      command: 'FLOWENT_HMAC_KEY=your-hmac-key countersign serve --config examples/flowent/countersign.yaml',
    },
  ],
  maxArguments: 0,
  run,
};

const NO_RELOAD =
  'SIGHUP: nothing was done. A running gateway does not read its configuration again; restart it for that.';

async function run({ args, io, output }: Call): Promise<ExitCode> {
  // From here on: a signal that comes while the gateway starts stops it as soon as it has, and one that does not start as well. A module
  // that listens too is loaded later, and so called later.
  let onHangUp = (): void => output.warn(NO_RELOAD);
  const stopped = untilStopped(io, {
    onFirst: (why) =>
      output.say(`${why}Stopping: requests in flight are finished. A second signal ends at once.`),
    onHangUp: () => onHangUp(),
  });
  const started = await unlessStopped(startAll({ args, io, output }), stopped);
  if (started === undefined) {
    output.say('It was stopped before it served.');
    return EXIT.ok;
  }
  const { loaded, register, gateway } = started;
  io.onUncaught(async ({ thrown, at }) => {
    const cutOff = gateway.noteUncaught();
    gateway.log.error({ thrown, at }, 'an error that nobody caught has ended the process');
    for (const { eventId, destination } of await cutOff)
      output.say(
        `The delivery of ${eventId} to ${destination} was under way: it counts as an attempt, and is tried again later. countersign deliveries pause ${destination} holds it back.`,
      );
    await gateway.log.flush();
  });
  output.say(`${output.errorStyle.bold('countersign')} serves ${loaded.file}`);
  for (const line of gatewayLines(gateway, output.errorStyle)) output.say(line);
  if (gateway.adminUrl !== undefined) output.say(`  ${tokenPlace(loaded.config, gateway.adminToken, io)}`);
  const registration = register?.(gateway, output);
  onHangUp = () => gateway.log.warn({ signal: 'SIGHUP' }, NO_RELOAD);
  await stopped;
  const unregistered = registration?.close();
  await gateway.drain();
  registration?.cut();
  await unregistered;
  return EXIT.ok;
}

interface Started {
  readonly loaded: LoadedConfig;
  readonly register: StartRegistration | undefined;
  readonly gateway: Gateway;
}

async function startAll({ args, io, output }: Call): Promise<Started> {
  const loaded = await loadConfiguration(args.text('config'), io);
  for (const { sentence } of joinedWarnings(loaded.warnings).filter(isMendable)) output.warn(sentence);
  const register = args.flag('register')
    ? await withPlaces(loaded, () => readyToRegister(loaded.config))
    : undefined;
  return { loaded, register, gateway: await start(loaded, args.flag('watch')) };
}

/** @throws ConfigError with all that is wrong in the file; SetupError for what lies elsewhere, such as a port in use. */
async function start(loaded: LoadedConfig, watch: boolean): Promise<Gateway> {
  const { config } = loaded;
  try {
    return await startGateway({ config, watch });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const { problems } = await dryStart(config);
    throw problems.some(({ option }) => option === error.option) ? setUpProblems(loaded, problems) : error;
  }
}

/** Loaded here, because most gateways register nothing. */
async function readyToRegister(config: Config): Promise<StartRegistration> {
  const { prepareRegistration } = await import('../flowent/start-registration.ts');
  return prepareRegistration(config);
}

/** A token that nobody configured is shown on a terminal only: standard error is often a log. */
function tokenPlace({ admin }: Config, token: string, { stderr }: Call['io']): string {
  if (admin.token !== undefined) return 'token   the configuration’s admin.token';
  return stderr.isTTY === true
    ? `token   ${token}  (this run’s, for the admin API)`
    : 'token   none: set admin.token in the configuration to use the admin API';
}
