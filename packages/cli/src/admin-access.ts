/** How a command reaches the gateway that runs: where its admin listener is, and the token. */
import { AdminError, EventStreamError, type ProblemCode, SilenceError } from '@countersign/api';
import { type Config, ConfigError, type LoadedConfig } from '@countersign/gateway';
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

/** @throws UsageError for what is not an http or https URL. */
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
export function adminUrl(
  listen: Pick<Config['listen'], 'admin' | 'adminTls'> | undefined,
): string | undefined {
  const address = listen?.admin;
  if (address === undefined || address.port === 0) return undefined;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const isEverywhere = host === '0.0.0.0' || host === '[::]';
  const scheme = listen?.adminTls === undefined ? 'http' : 'https';
  return `${scheme}://${isEverywhere ? '127.0.0.1' : host}:${address.port}`;
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
    `$${TOKEN_VARIABLE} has a space, a line break or a non-ASCII character, which no bearer token has`,
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
  const url = place.url ?? adminUrl(loaded?.config.listen);
  if (url === undefined)
    throw new UsageError('the configuration names no admin listener', 'Give its address: --admin URL.');
  return { url, token: adminToken(loaded?.config, place) };
}

/** What a call of the admin API threw, as words and what to do. */
export function adminFailure(url: string, error: unknown): unknown {
  if (error instanceof AdminError) return refusedBy(url, error);
  if (isNobodyThere(error))
    return new UsageError(
      `no gateway answers at ${url}`,
      'Start the gateway, or give its address: --admin URL.',
    );
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
  'Compare the id with the log’s line or the answer’s header. Requests to no gate, requests to a gate without keepRefused, and repeats acknowledged with 200 are not kept; `--last` takes the last one that is.';

/** Of refused requests that were stored under another storeKey. */
export const OTHER_STORE_KEY = 'Set the storeKey that the gateway had, or have the request sent again.';

/** Commands have the token. */
const BROWSERS_ONLY = 'Nothing to do here: sessions are for browsers, and commands use admin.token.';

/** What to do about what the admin API refuses. */
export const PROBLEM_REMEDIES: Readonly<Record<ProblemCode, string>> = {
  'malformed-request': OTHER_VERSION,
  'invalid-input': OTHER_VERSION,
  'malformed-body': OTHER_VERSION,
  'token-required': `The token is the admin.token that the gateway was started with, or the one that it shows when it starts on a terminal. Set it as admin.token in the configuration, or as $${TOKEN_VARIABLE}, which is used if the configuration has none. If there is no token yet, or another one now, write ${TOKEN_VARIABLE}=… (openssl rand -hex 24) into .env and admin: { token: "\${env:${TOKEN_VARIABLE}}" } into the configuration, and restart the gateway.`,
  'host-not-served': 'Call the admin listener by its address, such as http://127.0.0.1:8788.',
  'origin-not-served': 'Call the admin listener itself: something on the way adds an Origin.',
  'role-not-enough': 'Use admin.token, which may do everything, or ask somebody who has the role.',
  'log-in-refused': BROWSERS_ONLY,
  'log-in-not-offered': BROWSERS_ONLY,
  'csrf-refused': BROWSERS_ONLY,
  'too-many-log-ins': BROWSERS_ONLY,
  'log-in-busy': BROWSERS_ONLY,
  'oidc-unreachable': BROWSERS_ONLY,
  'no-such-route': OTHER_VERSION,
  'no-such-gate': 'Name a gate of the configuration that the gateway was started with.',
  'no-such-key': '`countersign keys list` shows the gate’s keys.',
  'key-exists': 'Give the new key another id, or remove the one that is there.',
  'key-configured': 'Take the key out of the configuration’s file.',
  'key-refused': 'Compare the key with the provider’s page.',
  'key-revoked': 'Add --force if the key is to come back.',
  'key-left-out': 'Set the storeKey that the gateway had, or remove the key and add it again.',
  'keys-fetched': 'Change the keys where they are fetched from.',
  'no-key-handed': 'Add the gate’s key by hand: `countersign keys add`.',
  'last-usable-key': 'Add another key first, or add --force.',
  'store-key-missing':
    'Make one with `openssl rand -hex 32`, set storeKey in the configuration to it, best by an environment variable, and start the gateway again.',
  'no-such-claim': 'Compare the claim with the log’s line of the request.',
  'no-such-event': 'Compare the id with `countersign events list`.',
  'no-such-delivery': '`countersign events show ID` says where an event was on its way to.',
  'no-such-destination': '`countersign deliveries destinations` lists them.',
  'no-such-issue': '`countersign issues list` shows them.',
  'issue-closed': 'It opens by itself when it fails again; reopen it in the console to take it up now.',
  'no-config-file': 'Start it with `countersign serve`, or give startGateway a source.',
  'not-backed-up':
    'Name a file that does not exist yet, in a folder on the gateway’s machine that its user may write to.',
  'no-store-file':
    'Copy a database with `pg_dump`, or by the backups of its server. A store in memory has nothing to copy.',
  'full-text-off':
    'Write fullText: true below the gate’s keep and reload the configuration, or search byte for byte: `countersign events search TEXT`.',
  'event-erased': 'Nothing of it is kept but its hash: its sender may have it still.',
  'event-not-whole': 'Have its sender send it again, or put back the store from a backup that has it.',
  'place-not-reached': 'The gateway has another store than before, or an older one: begin again.',
  'no-such-refusal': REFUSAL_NOT_KEPT,
  'refusal-unreadable': OTHER_STORE_KEY,
  'method-not-allowed': OTHER_VERSION,
  'request-unreadable': 'Give the request in another form, or capture it as it arrives.',
  'takes-unsigned': 'Name a gate that has keys: `countersign check` lists what each gate proves.',
  'body-not-kept': 'Choose an event of a gate that keeps bodies.',
  'headers-not-kept': 'Set the storeKey, so that the gateway keeps such headers encrypted from now on.',
  'request-masked':
    'Choose a request of a gate that masks nothing: keep.mask of this gate hides a part of it.',
  'no-registration':
    'Write answer: { …, register: { apiUrl, apiToken } } at the gate whose actions a platform should know.',
  'not-registrable': 'Change what it names in the configuration or the actions, then look at the plan again.',
  'platform-failed':
    'Check that the platform is up and can be reached from the gateway, then look at the plan again.',
  'no-such-scenario': '`GET /api/sandbox` lists them.',
  'no-sandbox': 'Start `countersign demo`, and ask its admin listener.',
  'no-such-action': '`GET /api/actions` lists them.',
  'cannot-sign': 'Give the gate an active key that signs, or have the sender send it again.',
  'not-answered': 'Look at the gateway’s log.',
  'too-busy': 'Try again in a moment.',
  'changed-meanwhile': 'Look at it as it is now, and decide again.',
  'body-too-large': OTHER_VERSION,
  'body-type-not-taken': OTHER_VERSION,
  'internal-error': 'Look at the gateway’s log.',
  'store-unavailable':
    'Start the database or mend what keeps the store from it, then try again: `/ready` says how it is.',
  'not-audited':
    'Nothing was done. Look at the gateway’s log for why its store takes nothing, such as a full disk, and try again.',
  draining: 'Try again once the gateway has been started again.',
  'too-many-listeners': 'End another listener, such as a `countersign tail` that nobody reads.',
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
