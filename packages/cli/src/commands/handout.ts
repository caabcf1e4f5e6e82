/** `countersign handout`: what one gives to whoever must sign requests for a gate. */
import { resolve } from 'node:path';
import { type Call, CONFIG_FILE, type Command } from '../command.ts';
import { loadConfiguration, namedGate, withPlaces } from '../config-gate.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type Handout, makeHandout } from '../handout/handout.ts';
import type { Language } from '../handout/language.ts';
import { LANGUAGES } from '../handout/languages.ts';
import { handoutPage } from '../handout/page.ts';
import { didYouMean } from '../near-miss.ts';
import { UsageError } from '../usage-error.ts';
import { writeNew } from '../write-new.ts';

const IDS = LANGUAGES.map(({ id }) => id);

export const handout: Command = {
  name: 'handout',
  summary: 'writes a page for a partner who must sign requests: how, a test vector, code in six languages',
  usage: ['handout GATE [--url URL] [--language NAME] [--out FILE]'],
  details: [
    'The page is Markdown, written from the gate’s configuration: address, headers, the signed message as a formula, key and signature, what each answer means, a test vector with a throw-away key, and programs for openssl and curl, Python, PHP, Go, Ruby and JavaScript. It contains no key of the gate; give the partner the key in another way.',
    'If the sender is a platform that signs by itself, the page says what to set there.',
  ],
  options: {
    config: CONFIG_FILE,
    url: {
      value: 'URL',
      description:
        'what the partner calls: an origin, behind which the gate’s path comes, or a whole address; default: publicUrl of the configuration',
    },
    language: {
      short: 'l',
      value: 'NAME',
      repeatable: true,
      description: `only programs in it: ${IDS.join(', ')}; default: all`,
    },
    out: { value: 'FILE', description: 'a new file; default: standard output' },
    force: { description: 'overwrite the file' },
    json: { description: 'the same as one JSON object' },
  },
  examples: [
    {
      note: 'a page to send',
      command: 'countersign handout partner --url https://api.example --out partner.md',
    },
    { note: 'only Python', command: 'countersign handout partner --language python' },
  ],
  maxArguments: 1,
  run,
};

async function run({ args, io, output }: Call): Promise<ExitCode> {
  const languages = readLanguages(args.texts('language'));
  const loaded = await loadConfiguration(args.text('config'), io, { withoutKeys: true });
  const [name] = args.positionals;
  if (name === undefined) {
    const names = loaded.config.gates.map((gate) => gate.name).join(', ');
    throw new UsageError(
      'no gate is named',
      `Give one: countersign handout GATE. Gates: ${names || 'none'}.`,
    );
  }
  const config = namedGate(loaded.config, name);
  const page = await withPlaces(loaded, () =>
    makeHandout({ config, url: args.text('url') ?? loaded.config.publicUrl, languages, nowMs: io.now() }),
  );
  if (page.isSampleUrl) {
    output.warn('The address on the page is a sample; --url https://… gives the one that the partner calls.');
  }
  const isJson = args.flag('json');
  const out = args.text('out');
  if (out !== undefined) {
    writeNew(
      resolve(io.cwd, out),
      isJson ? `${JSON.stringify(handoutView(page))}\n` : handoutPage(page),
      args.flag('force'),
    );
    output.say(`wrote ${out}`);
  } else if (isJson) output.json(handoutView(page));
  // A terminal is shown no control character; a file gets Go’s tabs.
  else if (io.stdout.isTTY === true) output.print(handoutPage(page).replaceAll('\t', '    ').trimEnd());
  else io.stdout.write(handoutPage(page));
  return EXIT.ok;
}

function readLanguages(names: readonly string[]): readonly Language[] {
  if (names.length === 0) return LANGUAGES;
  const unknown = names.find((name) => !IDS.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `there is no language ${JSON.stringify(unknown)}`,
      `${didYouMean(unknown, IDS)}One of ${IDS.join(', ')}.`,
    );
  }
  return LANGUAGES.filter(({ id }) => names.includes(id));
}

function handoutView({
  gate,
  url,
  method,
  coverage,
  repeat,
  maxBodyBytes,
  provider,
  keyId,
  recipe: of,
  signing,
  noCode,
}: Handout): object {
  return {
    gate,
    url,
    method,
    ...(provider && { provider: provider.id }),
    ...(provider?.setUp !== undefined && { setUp: provider.setUp }),
    ...(keyId !== undefined && { keyId }),
    covered: coverage.covered,
    open: coverage.open,
    coveredHeaders: coverage.headers,
    replay: coverage.replay,
    repeat,
    maxBodyBytes,
    ...(of && { scheme: of.kind, recipe: of.recipe }),
    ...(noCode !== undefined && { noCode }),
    ...(signing && signingView(signing)),
  };
}

function signingView({ vector, programs }: NonNullable<Handout['signing']>): object {
  const { request, ...rest } = vector;
  const { method, url, headers, body } = request;
  return {
    vector: {
      ...rest,
      request: { method, url, headers: [...headers], bodyBase64: Buffer.from(body).toString('base64') },
    },
    programs: programs.map((program) => ({
      language: program.language.id,
      ...('code' in program
        ? { file: program.language.file, command: program.language.command, code: program.code }
        : { lacks: program.lacks }),
    })),
  };
}
