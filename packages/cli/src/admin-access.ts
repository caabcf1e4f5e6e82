/** How a command reaches the gateway that runs: where its admin listener is, and the token. */
import { AdminError, EventStreamError, type ProblemCode, SilenceError } from '@countersign/api';
import { type Config, ConfigError, type ListenAddress, type LoadedConfig } from '@countersign/gateway';
import { TOKEN_VARIABLE } from './admin-option.ts';
import type { Arguments } from './arguments.ts';
import { loadConfiguration } from './config-gate.ts';
import type { Io } from './io.ts';
import { noAnswer } from './send-request.ts';
import { UsageError } from './usage-error.ts';
import { howToSet, readVariable } from './variable.ts';
import { visibleText } from './visible-text.ts';

/** Of the running gateway what the command line, the environment and `.env` say: where it is, and its token. */
export interface AdminPlace {
  readonly url: string | undefined;
  readonly token: string | undefined;
}

/** @throws UsageError for an address that is none, and for a `.env` that cannot be read. */
export function readPlace(args: Pick<Arguments, 'text'>, io: Pick<Io, 'env' | 'cwd'>): AdminPlace {
  return { url: readAdmin(args.text('admin')), token: readVariable(TOKEN_VARIABLE, io).value };
}

/**
 * The configuration, which says what the place does not. Undefined where the folder has none, and the place says all.
 * @throws ConfigError; UsageError where nothing says where the gateway is, or what its token is.
 */
export async function configurationBeside(
  { url, token }: AdminPlace,
  file: string | undefined,
  io: Pick<Io, 'env' | 'cwd'>,
): Promise<LoadedConfig | undefined> {
  try {
    return await loadConfiguration(file, io);
  } catch (error) {
    if (file !== undefined || !(error instanceof ConfigError && error.isMissing)) throw error;
  }
  if (url === undefined) {
    throw new UsageError(
      'no --admin is given, and there is no configuration file that says where the gateway is',
      `Name the file with --config FILE. Or give the address, e.g. --admin http://127.0.0.1:8788, and the token: ${howToSet(TOKEN_VARIABLE)}`,
    );
  }
  if (token !== undefined) return undefined;
  throw new UsageError(
    `$${TOKEN_VARIABLE} is not set, and there is no configuration file that has the token`,
    `The token is admin.token of the gateway’s configuration, or the one that \`countersign serve\` shows on a terminal. Set it: ${howToSet(TOKEN_VARIABLE)} Or name the configuration with --config FILE.`,
  );
}

/** @throws UsageError for what is no http or https URL. */
function readAdmin(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('--admin is not an http or https URL', 'E.g. --admin http://127.0.0.1:8788.');
  }
  if (url.username + url.password + url.search + url.hash === '') return text;
  throw new UsageError(
    '--admin has a user name, a password, a query or a fragment',
    `Give scheme, host and path alone. The token has a variable: ${howToSet(TOKEN_VARIABLE)}`,
  );
}

/** Undefined where it is off, or on a port that the system chooses. */
export function adminUrl(address: ListenAddress | undefined): string | undefined {
  if (address === undefined || address.port === 0) return undefined;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const isEverywhere = host === '0.0.0.0' || host === '[::]';
  return `http://${isEverywhere ? '127.0.0.1' : host}:${address.port}`;
}

/**
 * The configuration's, or the variable's; empty where neither has one.
 * @throws UsageError for a variable's that no header can carry: `fetch` would quote it.
 */
export function adminToken(
  config: Pick<Config, 'admin'> | undefined,
  { token = '' }: Pick<AdminPlace, 'token'>,
): string {
  const configured = config?.admin.token?.reveal();
  if (configured !== undefined) return configured;
  if (/^[\x21-\x7e]*$/.test(token)) return token;
  throw new UsageError(
    `$${TOKEN_VARIABLE} holds a blank, a line break or a letter beyond ASCII, which no bearer token can`,
    'Set it to the token alone: look for a second line, or a quote that a word processor has put there.',
  );
}

/** Where the gateway that runs is, and the token. Where both are given no configuration is read. @throws UsageError, ConfigError */
export async function gatewayPlace(
  args: Pick<Arguments, 'text'>,
  io: Pick<Io, 'cwd' | 'env'>,
): Promise<{ readonly url: string; readonly token: string }> {
  const place = readPlace(args, io);
  if (place.url !== undefined && place.token !== undefined)
    return { url: place.url, token: adminToken(undefined, place) };
  const loaded = await configurationBeside(place, args.text('config'), io);
  const url = place.url ?? adminUrl(loaded?.config.listen.admin);
  if (url === undefined)
    throw new UsageError('the configuration names no admin listener', 'Say where it is: --admin URL.');
  return { url, token: adminToken(loaded?.config, place) };
}

/** What a call of the admin API threw, as words and what to do. */
export function adminFailure(url: string, error: unknown): unknown {
  if (error instanceof AdminError) return refusedBy(url, error);
  if (isNobodyThere(error))
    return new UsageError(`no gateway answers at ${url}`, 'Start it, or say where it is: --admin URL.');
  const isUnreachable = [TypeError, EventStreamError, SilenceError].some((kind) => error instanceof kind);
  if (!isUnreachable) return error;
  const { message, remedy } = noAnswer(error, new URL(url));
  return new UsageError(message, remedy);
}

/** Whether nobody listens at the address: `fetch` puts the reason into its cause. */
export function isNobodyThere(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}

const OTHER_VERSION =
  'Use the countersign of the gateway’s own version: this one asks for what the gateway does not take.';

/** Of an id by which no refused request is kept. */
export const REFUSAL_NOT_KEPT =
  'Compare the id with the log’s line or the answer’s header. What came to no gate is not kept, nor what came to one without keepRefused, nor a repeat that was acknowledged with 200; `--last` takes the last one that is.';

/** Of refused requests that were stored under another storeKey. */
export const OTHER_STORE_KEY = 'Set the storeKey that the gateway had, or have the request sent again.';

/** What to do about what the admin API refuses. */
export const PROBLEM_REMEDIES: Readonly<Record<ProblemCode, string>> = {
  'malformed-request': OTHER_VERSION,
  'invalid-input': OTHER_VERSION,
  'malformed-body': OTHER_VERSION,
  'token-required': `The gateway’s is the admin.token that it was started with, or the one that it shows where it starts on a terminal. Set it: admin.token in the configuration, or $${TOKEN_VARIABLE}, which counts where the configuration has none.`,
  'host-not-served': 'Call the admin listener by its address, such as http://127.0.0.1:8788.',
  'origin-not-served': 'Call the admin listener itself: something on the way adds an Origin.',
  'no-such-route': OTHER_VERSION,
  'no-such-gate': 'Name a gate of the configuration that the gateway was started with.',
  'no-such-claim': 'Compare the claim with the log’s line of the request.',
  'no-such-event': 'Compare the id with `countersign events list`.',
  'no-such-delivery': '`countersign events show ID` says where an event was on its way to.',
  'no-such-destination': '`countersign deliveries destinations` lists them.',
  'not-backed-up':
    'Name a file that is not there, in a folder of the gateway’s machine that its user may write to.',
  'event-erased': 'Nothing of it is kept but its hash: its sender may have it still.',
  'event-not-whole': 'Have its sender send it again, or put back the store from a backup that has it.',
  'place-not-reached': 'The gateway has another store than before, or an older one: begin anew.',
  'no-such-refusal': REFUSAL_NOT_KEPT,
  'refusal-unreadable': OTHER_STORE_KEY,
  'method-not-allowed': OTHER_VERSION,
  'body-too-large': OTHER_VERSION,
  'body-type-not-taken': OTHER_VERSION,
  'internal-error': 'Look at the gateway’s log.',
  draining: 'Try again once the gateway has been started again.',
  'too-many-listeners': 'End another that listens, such as a `countersign tail` that nobody reads.',
};

const NOT_AN_ADMIN_LISTENER =
  'Compare the address with listen.admin: what answers there is not a gateway’s admin listener.';

function refusedBy(url: string, { message, code }: AdminError): UsageError {
  return new UsageError(
    // It may name what is in the store: it is one line.
    `${url}: ${visibleText(message)}`,
    code === undefined ? NOT_AN_ADMIN_LISTENER : PROBLEM_REMEDIES[code],
  );
}
