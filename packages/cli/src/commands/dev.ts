/** `countersign dev`: the gateway of the configuration, with its console, for the time in which one writes it. */
import { basename, dirname } from 'node:path';
import type { ConfigSource, Gateway } from '@countersign/gateway';
import { TOKEN_VARIABLE } from '../admin-option.ts';
import { readArguments } from '../arguments.ts';
import { type Call, CONFIG_FILE, type Command } from '../command.ts';
import { openConfiguration } from '../config-gate.ts';
import { HOW_TO_GET_PUBLIC, openPublicUrl } from '../dev/public-url.ts';
import { watchFiles } from '../dev/watch-files.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { consoleLines, gatewayLines, tokenLines } from '../gateway-lines.ts';
import { startConfigured } from '../start-configured.ts';
import { unlessStopped, untilStopped } from '../until-stopped.ts';
import { UsageError } from '../usage-error.ts';
import { howToSet, readVariable } from '../variable.ts';
import { isMendable, joinedWarnings } from '../warning-lines.ts';
import { followEvents, followKeptUntil } from './events/follow.ts';

export const dev: Command = {
  name: 'dev',
  summary:
    'starts the gateway and its console while you write: reloads what changes, follows another gateway',
  usage: ['dev [--config FILE] [--follow URL] [--gate NAME] [--public]'],
  details: [
    'It serves the configuration in this folder, prints a link that logs you in to the console, and reads the configuration, .env and the actions again when they change: if something is wrong, the log says so, and the gateway stays as it was. It works offline. `countersign demo` needs no configuration and brings its own traffic.',
    `--follow sends what another gateway keeps, such as that of staging, to this one as it arrives, byte for byte and with its signature; $${TOKEN_VARIABLE} is the other gateway’s token. Gates with the same paths and keys judge it as if its sender had sent it.`,
    'The console’s Live page sends sample requests to each gate whose keys can sign: a genuine one, one whose body was changed, one without a proof, one that comes twice. They take the same way as every request, so your actions and destinations get the accepted ones; nothing is sent until you ask for it.',
    `For a public URL: ${HOW_TO_GET_PUBLIC}. Whoever knows the URL then reaches the gates of this machine, and nothing else.`,
  ],
  options: {
    config: CONFIG_FILE,
    follow: {
      value: 'URL',
      description: 'the admin listener of a gateway whose kept events are sent here, too',
    },
    gate: { value: 'NAME', description: 'with --follow: only those of this gate' },
    public: { description: 'a public URL through ngrok, for webhooks that come from outside' },
  },
  examples: [
    { note: 'with the configuration in this folder', command: 'countersign dev' },
    {
      note: 'with the webhooks of staging',
      command: 'countersign dev --follow https://admin.staging.example',
    },
  ],
  maxArguments: 0,
  run,
};

async function run(call: Call): Promise<ExitCode> {
  const { args, io, output } = call;
  const other = readOther(call);
  const stop = new AbortController();
  let onHangUp = (): void => {};
  const stopped = untilStopped(io, {
    onFirst: (why) => {
      output.say(`${why}Stopping.`);
      stop.abort();
    },
    onHangUp: () => onHangUp(),
  });
  const started = await unlessStopped(startAll(call), stopped);
  if (started === undefined) return EXIT.ok;
  const { gateway, source } = started;
  const { file } = source.loaded;
  const reload = (): void => void gateway.reload();
  onHangUp = reload;
  const unwatch = watchFiles(dirname(file), [basename(file), '.env'], reload);
  try {
    const opened = args.flag('public') ? await openPublicUrl(gateway.publicUrl, io) : undefined;
    try {
      show(call, { gateway, source }, opened?.url);
      const following = other === undefined ? undefined : follow(call, other, gateway, stop.signal);
      await Promise.race([stopped, ...(following ? [following.then(() => stopped)] : [])]);
      await following;
    } finally {
      await opened?.close();
    }
  } finally {
    stop.abort();
    unwatch();
    await gateway.drain();
  }
  return EXIT.ok;
}

/** The gateway that is followed. @throws UsageError where its token is not said: this one's is not sent there. */
function readOther({ args, io }: Call): string | undefined {
  const url = args.text('follow');
  if (url === undefined) {
    if (args.text('gate') !== undefined)
      throw new UsageError('--gate is given without --follow', 'Give --follow URL as well.');
    return undefined;
  }
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new UsageError(
      '--follow is not an http or https URL',
      'E.g. --follow https://admin.staging.example.',
    );
  if (readVariable(TOKEN_VARIABLE, io).value !== undefined) return url;
  throw new UsageError(
    `$${TOKEN_VARIABLE} is not set, and --follow needs the other gateway’s token`,
    `Set it: ${howToSet(TOKEN_VARIABLE)}`,
  );
}

interface Running {
  readonly gateway: Gateway;
  readonly source: ConfigSource;
}

async function startAll({ args, io, output }: Call): Promise<Running> {
  const source = await openConfiguration(args.text('config'), io);
  for (const { sentence } of joinedWarnings(source.loaded.warnings).filter(isMendable)) output.warn(sentence);
  return { source, gateway: await startConfigured(source, { watch: true, hasSandbox: true }) };
}

/** What is clicked stands last. */
function show({ io, output }: Call, { gateway, source }: Running, publicUrl: string | undefined): void {
  const { errorStyle: style, say } = output;
  const { file, config } = source.loaded;
  say(`${style.bold('countersign dev')} serves ${file}, and reloads it when it changes`);
  for (const line of gatewayLines(gateway, style)) say(line);
  for (const line of tokenLines(gateway, config, io)) say(line);
  say(
    publicUrl === undefined
      ? style.dim(`  A public URL: ${HOW_TO_GET_PUBLIC}.`)
      : `  public  ${style.cyan(publicUrl)}  (anybody reaches the gates there)`,
  );
  for (const line of consoleLines(gateway, style)) say(line);
}

/** As `countersign events follow` does. */
async function follow(
  { args, io, output, commands }: Call,
  url: string,
  { publicUrl }: Gateway,
  signal: AbortSignal,
): Promise<void> {
  const gate = args.text('gate');
  const words = ['--admin', url, '--to', publicUrl, ...(gate === undefined ? [] : ['--gate', gate])];
  const { options } = followEvents;
  const own = readArguments(words, { options, maxArguments: 0, program: 'countersign events follow' });
  await followKeptUntil({ args: own, io, output, commands }, signal);
}
