/** `countersign sandbox`: a simulated platform against a gateway of one's own. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { shownUrl } from '@countersign/core/internal/shown-url';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { didYouMean } from '../near-miss.ts';
import type { Platform, PlatformSettings, RunningPlatform } from '../sandbox/platform.ts';
import { PLATFORMS } from '../sandbox/platforms.ts';
import { untilStopped } from '../until-stopped.ts';
import { UsageError } from '../usage-error.ts';
import { readVariable } from '../variable.ts';
import { visibleText } from '../visible-text.ts';

const NAMES: readonly string[] = PLATFORMS.map(({ name }) => name);
const DEFAULT_GATEWAY = 'http://127.0.0.1:8787';

export const sandbox: Command = {
  name: 'sandbox',
  summary: `simulates a platform (${NAMES.join(', ')}) for a gateway of your own`,
  usage: [`sandbox ${NAMES.join('|')} [--gateway URL] [--port N]`],
  details: [
    PLATFORMS.map(({ name, about }) => `${name}: ${about}.`).join(' '),
    `It prints the settings that your gateway needs, as NAME=value for a shell or .env. It uses what is already set in the environment or in .env: ${PLATFORMS.map(({ name, reads }) => `for ${name} ${reads.join(', ')}`).join('; ')}. It makes up the rest for this run.`,
    'It listens on 127.0.0.1 only. Ctrl-C ends it.',
  ],
  options: {
    gateway: { value: 'URL', description: `the gateway’s public address; default: ${DEFAULT_GATEWAY}` },
    port: { value: 'N', description: 'the port; default: a free one' },
    json: { description: 'the address and the variables as one JSON object, then one object per event' },
  },
  examples: [
    { note: 'register actions and call them', command: 'countersign sandbox flowent' },
    {
      note: 'a grid with a context menu',
      command: 'countersign sandbox site --gateway http://127.0.0.1:8787',
    },
    { note: 'the settings that a gateway needs', command: 'countersign sandbox incode >> .env' },
  ],
  maxArguments: 1,
  run,
};

async function run({ args, io, output, commands }: Call): Promise<ExitCode> {
  const [name = ''] = args.positionals;
  const entry = PLATFORMS.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const what = name === '' ? 'no platform is named' : `"${name}" is not a platform that is simulated`;
    throw new UsageError(what, `${didYouMean(name, NAMES)}One of ${NAMES.join(', ')}.`);
  }
  const isJson = args.flag('json');
  const onEvent = (event: string): void => {
    if (isJson) output.json({ event });
    else output.say(visibleText(event));
  };
  const platform = await startOn(entry, {
    port: readPort(args.text('port')),
    gatewayUrl: readGateway(args.text('gateway')),
    variable: (variable) => {
      const { value, note } = readVariable(variable, io);
      if (note !== undefined) output.warn(note);
      return value;
    },
    now: io.now,
    onEvent,
  });
  const { url, variables, hints, ask } = platform;
  if (isJson) output.json({ platform: name, url, variables });
  else {
    // Standard output is what a file or a shell can take as it stands.
    for (const [variable, value] of Object.entries(variables)) output.print(`${variable}=${value}`);
    output.say(`${output.errorStyle.bold(name)} listens at ${output.errorStyle.cyan(url)}`);
    for (const hint of hints) output.say(hint);
  }
  const lines = ask && answerLines({ args, io, output, commands }, ask);
  try {
    await untilStopped(io, { onFirst: (why) => output.say(`${why}Stopping.`), onHangUp: () => {} });
  } finally {
    lines?.();
    await platform.close();
  }
  return EXIT.ok;
}

async function startOn(platform: Platform, settings: PlatformSettings): Promise<RunningPlatform> {
  try {
    return await platform.start(settings);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new UsageError(`cannot listen on port ${settings.port} (${code})`, 'Choose another with --port.');
  }
}

/** Does what each line of standard input asks for, one after the other. The result ends that. */
function answerLines({ io, output, args }: Call, ask: (line: string) => Promise<string>): () => void {
  const input = Readable.from(io.stdin);
  // It was ended by us, or broke off: no more lines come either way.
  input.on('error', () => {});
  const lines = createInterface({ input });
  let last: Promise<void> = Promise.resolve();
  const answer = async (line: string): Promise<void> => {
    try {
      const text = await ask(line.trim());
      if (args.flag('json')) output.json({ answer: text });
      else output.say(visibleText(text));
    } catch (error) {
      const remedy = error instanceof UsageError ? error.remedy : undefined;
      output.fail(error instanceof Error ? error.message : String(error), remedy);
    }
  };
  lines.on('line', (line) => {
    if (line.trim() !== '') last = last.then(() => answer(line));
  });
  return () => {
    lines.close();
    io.stdin.destroy?.();
  };
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new UsageError('--port is not a port', 'Give a number up to 65535.');
}

function readGateway(text: string = DEFAULT_GATEWAY): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '')
    return url.origin;
  throw new UsageError(
    `--gateway is not an address of a gateway: "${visibleText(shownUrl(text))}"`,
    `E.g. ${DEFAULT_GATEWAY}, without a path.`,
  );
}
