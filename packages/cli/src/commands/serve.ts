/** `countersign serve`: starts the gateway, and stops it cleanly. */
import type { Config, Gateway, LoadedConfig } from '@countersign/gateway';
import { type Call, CONFIG_FILE, type Command } from '../command.ts';
import { openConfiguration, withPlaces } from '../config-gate.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { StartRegistration } from '../flowent/start-registration.ts';
import { consoleLines, gatewayLines, tokenLines } from '../gateway-lines.ts';
import { startConfigured } from '../start-configured.ts';
import { unlessStopped, untilStopped } from '../until-stopped.ts';
import { isMendable, joinedWarnings } from '../warning-lines.ts';
import { NOT_YET } from '../workers/not-yet.ts';
import { workersOf } from '../workers/workers-option.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'starts the gateway',
  usage: ['serve [--config FILE] [--workers N] [--register] [--watch]'],
  details: [
    'The log goes to standard output, everything else to standard error. On SIGTERM or SIGINT it finishes the requests in flight, then exits with 0; a second signal stops it at once. On SIGHUP it reads the configuration again, and applies it whole or not at all; no request is lost.',
    'If npm or npx started it, it stops when they end. As a service, start node_modules/.bin/countersign itself.',
  ],
  options: {
    config: CONFIG_FILE,
    register: {
      description: 'register the actions with their platforms, now and whenever they differ there',
    },
    workers: {
      value: 'N',
      description:
        'serve with so many processes, which share the listeners and a store in PostgreSQL, or claims in Redis if nothing has to be in a store; default: one process',
    },
    watch: { description: 'reload actions when their module changes: for development' },
  },
  examples: [
    { note: 'with the configuration in this folder', command: 'countersign serve' },
    {
      note: 'on a machine of four processors, with a store in PostgreSQL',
      command: 'countersign serve --workers 4',
    },
    { note: 'while you write actions', command: 'countersign serve --watch' },
    {
      note: 'an example',
      command: 'FLOWENT_HMAC_KEY=your-hmac-key countersign serve --config examples/flowent/countersign.yaml',
    },
  ],
  maxArguments: 0,
  run,
};

async function run(call: Call): Promise<ExitCode> {
  const count = workersOf(call);
  return count === undefined ? serveAlone(call) : serveShared(call, count);
}

/** As the first process, or as one of the workers that it has started with the same words. */
async function serveShared(call: Call, count: number): Promise<ExitCode> {
  const { default: cluster } = await import('node:cluster');
  if (cluster.worker === undefined)
    return (await import('../workers/serve-workers.ts')).serveWorkers(call, count);
  const { serveAsWorker } = await import('../workers/serve-as-worker.ts');
  return serveAsWorker(call, cluster.worker, async (gateway, { loaded }) => {
    tellOf(call, gateway, loaded);
    const register = call.args.flag('register')
      ? await withPlaces(loaded, () => readyToRegister(loaded.config))
      : undefined;
    await register?.(gateway, call.output);
  });
}

function tellOf({ io, output }: Call, gateway: Gateway, loaded: LoadedConfig): void {
  output.say(`${output.errorStyle.bold('countersign')} serves ${loaded.file}`);
  for (const line of gatewayLines(gateway, output.errorStyle)) output.say(line);
  for (const line of tokenLines(gateway, loaded.config, io)) output.say(line);
  // What logs in is for a person: standard error is often a log.
  if (io.stderr.isTTY === true) for (const line of consoleLines(gateway, output.errorStyle)) output.say(line);
}

async function serveAlone(call: Call): Promise<ExitCode> {
  const { io, output } = call;
  // From here on: a signal that comes while the gateway starts stops it as soon as it has, and one that does not start as well. A module
  // that listens too is loaded later, and so called later.
  let onHangUp = (): void => output.warn(NOT_YET);
  const stopped = untilStopped(io, {
    onFirst: (why) =>
      output.say(`${why}Stopping: requests in flight are finished. A second signal ends at once.`),
    onHangUp: () => onHangUp(),
  });
  const started = await unlessStopped(startAll(call), stopped);
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
  tellOf(call, gateway, loaded);
  const registration = await register?.(gateway, output);
  onHangUp = () => void gateway.reload('SIGHUP');
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
  const source = await openConfiguration(args.text('config'), io);
  const { loaded } = source;
  for (const { sentence } of joinedWarnings(loaded.warnings).filter(isMendable)) output.warn(sentence);
  const register = args.flag('register')
    ? await withPlaces(loaded, () => readyToRegister(loaded.config))
    : undefined;
  return {
    loaded,
    register,
    gateway: await startConfigured(source, { watch: args.flag('watch'), hasSandbox: false }),
  };
}

/** Loaded here, because most gateways register nothing. */
async function readyToRegister(config: Config): Promise<StartRegistration> {
  const { prepareRegistration } = await import('../flowent/start-registration.ts');
  return prepareRegistration(config);
}
