// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** What a configuration may say, and had better not. */
import { secretWarnings as secretTextWarnings } from '@countersign/core';
import { keyReport } from '@countersign/core/coverage';
import { listed } from '@countersign/core/internal/amounts';
import { BROKERS } from '../sessions/brokers/all.generated.ts';
import { overlap, prefixOf } from './addresses.ts';
import { passwordAddresses } from './claims-schema.ts';
import type {
  AddressRange,
  Config,
  GateConfig,
  ListenAddress,
  PathSegment,
  ProofConfig,
  TlsConfig,
} from './config.ts';
import { type ConfigWarning, configWarning } from './config-warnings.ts';
import type { Origin } from './finding.ts';
import { readStore } from './read-store.ts';
import { isLoopback, isMisfit } from './read-text.ts';
import { type AnySchema, secretsIn } from './schema-walk.ts';
import { senderWarnings } from './sender-warnings.ts';
import { formatSize } from './units.ts';
import { formatPath, type ValuePath, valueAt } from './value-path.ts';
import { writtenProof } from './written-proof.ts';

/** Secrets that stand in the file, in clear or as the default of a variable that is not set. */
export function secretWarnings(
  schema: AnySchema,
  tree: unknown,
  origins: ReadonlyMap<string, Origin>,
  options: { readonly isFileText?: boolean; readonly demo?: boolean },
): readonly ConfigWarning[] {
  if (options.demo === true) return [];
  const isFileText = options.isFileText === true;
  const addresses = [...(storeHasPassword(tree) ? [['store']] : []), ...passwordAddresses(tree)];
  const ofAddresses = addresses.flatMap((at) => {
    const path = formatPath(at);
    return placeWarnings(path, origins.get(path), isFileText);
  });
  const ofSecrets = secretsIn(schema, tree).flatMap((at) => {
    const path = formatPath(at);
    const origin = origins.get(path);
    return [
      ...placeWarnings(path, origin, isFileText),
      ...textWarnings(path, tree, at, origin === undefined),
    ];
  });
  return [...ofAddresses, ...ofSecrets];
}

/** @param tree of any shape */
function storeHasPassword(tree: unknown): boolean {
  const text = valueAt(tree, ['store']);
  const store = typeof text === 'string' ? readStore(text) : undefined;
  return (
    store !== undefined &&
    !isMisfit(store) &&
    store.kind === 'postgres' &&
    store.address.password !== undefined
  );
}

/** What of a value that is no secret was cut or left out before it was filled in. */
export function filledInWarnings(
  schema: AnySchema,
  tree: unknown,
  origins: ReadonlyMap<string, Origin>,
): readonly ConfigWarning[] {
  const secrets = new Set(secretsIn(schema, tree).map(formatPath));
  return [...origins]
    .filter(([path]) => !secrets.has(path))
    .flatMap(([path, { notes }]) => notes.map((note) => configWarning(path, 'odd-source', note)));
}

function placeWarnings(
  path: string,
  { sources, defaulted, notes }: Origin = { sources: [], variables: [], defaulted: [], notes: [] },
  isFileText: boolean,
): readonly ConfigWarning[] {
  if (defaulted.length > 0) return [configWarning(path, 'secret-is-default', defaulted)];
  if (sources.length > 0 || !isFileText) {
    return notes.map((note) => configWarning(path, 'odd-source', note));
  }
  return [configWarning(path, 'secret-in-file')];
}

/** A variable as shells and templates write it: `$NAME`, `%NAME%`, `$env:NAME`, `{{ NAME }}`; and ours, nearly: `{env:NAME}`, `env:NAME`. */
const UNFILLED =
  /^(?:\$(?:env:)?\w+|%\w+%|\{\{\s*(?:env[.:])?\w+\s*\}\}|\{(?:env:)?\w+\}|\$?\(env:\w+\)|\$?\[env:\w+\]|env:\w+)$/;

/** What the text itself looks like. @param isWritten whether it is as it stands in the configuration. */
function textWarnings(
  path: string,
  tree: unknown,
  at: ValuePath,
  isWritten: boolean,
): readonly ConfigWarning[] {
  const text = valueAt(tree, at);
  if (typeof text !== 'string') return [];
  if (isWritten && UNFILLED.test(text.trim())) return [configWarning(path, 'unfilled-variable')];
  // Of keys the gate itself says the rest, and of one that signs its destination: they know how it is read.
  if (at.includes('keys') || at.at(-2) === 'sign') return [];
  // A header's whole value begins as one does.
  const isHeader = at.at(-2) === 'headers';
  return secretTextWarnings(text)
    .filter(({ code }) => !(isHeader && code === 'header-value'))
    .map((warning) => ({ path, ...keyReport(warning, 'The secret') }));
}

/** 128 bits in base64url are 22 characters; a token under 16 can be guessed at. */
const MIN_TOKEN_LENGTH = 16;

/** A body without a Content-Length takes up to twice its size while it comes, and a quarter is kept for small ones. */
const ROOM_PER_BODY = 3;

function intakeWarnings({ gates, limits }: Config): readonly ConfigWarning[] {
  const { maxBodyBytesInFlight: room } = limits;
  // What a forward gate takes may be passed on while it comes.
  const tight = gates.filter(
    ({ maxBodyBytes, outcome }) => outcome.kind !== 'forward' && ROOM_PER_BODY * maxBodyBytes > room,
  );
  return tight.map(({ name, maxBodyBytes }) =>
    configWarning(`gates.${name}.maxBody`, 'tight-intake', formatSize(maxBodyBytes), formatSize(room)),
  );
}

/** What is allowed, and is a risk that the operator should know of. */
export function configWarnings(config: Config): readonly ConfigWarning[] {
  const { token } = config.admin;
  const keeping = [
    ...config.gates.filter(({ outcome }) => outcome.kind === 'keep'),
    ...config.sessions.filter(({ deliver }) => deliver.length > 0),
  ].map(({ name }) => name);
  const losesEvents = config.store.kind === 'memory' && keeping.length > 0;
  return [
    ...(token !== undefined && token.reveal().length < MIN_TOKEN_LENGTH
      ? [configWarning('admin.token', 'short-admin-token', MIN_TOKEN_LENGTH)]
      : []),
    ...plainHttpWarnings(config),
    ...(losesEvents ? [configWarning('store', 'events-in-memory', keeping)] : []),
    ...config.gates.flatMap((gate) => gateWarnings(gate, config)),
    ...intakeWarnings(config),
    ...overlapWarnings(config.gates),
    ...addressWarnings(config),
    ...config.sessions
      .filter(({ auth }) => auth.kind === 'none')
      .map(({ name, broker }) =>
        configWarning(`sessions.${name}.auth`, 'open-session', BROKERS[broker].auth.noneWarning),
      ),
  ];
}

/** What a proxy says of a request is believed where it is named; a listener that others reach, and no proxy named, takes what comes as it is. */
function plainHttpWarnings({ listen }: Config): readonly ConfigWarning[] {
  const { admin, adminTls, tls, trustedProxies } = listen;
  if (trustedProxies.length > 0) return [];
  const isPlain = (address: ListenAddress, secured: TlsConfig | undefined): boolean =>
    secured === undefined && !isLoopback(address);
  return [
    ...(isPlain(listen.public, tls)
      ? [configWarning('listen.public', 'plain-http', addressText(listen.public))]
      : []),
    ...(admin !== undefined && isPlain(admin, adminTls)
      ? [configWarning('listen.admin', 'plain-http-admin', addressText(admin))]
      : []),
  ];
}

function addressText({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function gateWarnings(
  { name, proof, replay, outcome }: GateConfig,
  { storeKey }: Config,
): readonly ConfigWarning[] {
  const warnings: ConfigWarning[] = [];
  if (outcome.kind === 'keep' && storeKey === undefined && isToken(proof)) {
    warnings.push(configWarning(`gates.${name}.keep`, 'token-left-out'));
  }
  if (replay.repeat === 'run') warnings.push(configWarning(`gates.${name}.replay.repeat`, 'repeats-run'));
  if (replay.repeat === 'first-answer') {
    warnings.push(configWarning(`gates.${name}.replay.repeat`, 'first-answer-again'));
  }
  return [...warnings, ...senderWarnings({ name, proof, replay, outcome })];
}

function isToken(proof: ProofConfig): boolean {
  if (proof.kind === 'provider') return writtenProof(proof.id, undefined) === 'token';
  return proof.kind === 'scheme' && writtenProof(undefined, proof.scheme) === 'token';
}

type Routed = Pick<GateConfig, 'name' | 'path' | 'segments'>;

/** More gates than these are counted, not named. */
const MAX_NAMED = 3;

/** One warning for each gate that takes what surrounds other gates. */
export function overlapWarnings(gates: readonly Routed[]): readonly ConfigWarning[] {
  return gates.flatMap((wide) => {
    const inside = gates.filter(
      (narrow) => narrow.path !== wide.path && holds(wide.segments, narrow.segments),
    );
    if (inside.length === 0) return [];
    const names = inside.map(({ name, path }) => `${name} (${path})`);
    const cased = inside.map((narrow) => otherCase(wide.segments, narrow)).find((path) => path !== undefined);
    return [
      configWarning(`gates.${wide.name}.path`, 'paths-within', wide.path, listed(names, MAX_NAMED), cased),
    ];
  });
}

/** Whether a pattern takes every path that another, more specific one takes. */
function holds(wide: readonly PathSegment[], narrow: readonly PathSegment[]): boolean {
  for (const [i, segment] of wide.entries()) {
    if (segment.kind === 'rest') return true;
    const other = narrow[i];
    if (other === undefined || other.kind === 'rest') return false;
    if (segment.kind === 'literal' && !(other.kind === 'literal' && other.text === segment.text))
      return false;
  }
  return wide.length === narrow.length;
}

/** The narrow gate's path with those letters in another case that the wide gate does not ask for; undefined where there are none. */
function otherCase(wide: readonly PathSegment[], { path, segments }: Routed): string | undefined {
  const texts = segments.map((segment, i) => {
    if (segment.kind === 'rest') return '*';
    if (segment.kind === 'param') return `:${segment.name}`;
    return wide[i]?.kind === 'literal' ? segment.text : swapCase(segment.text);
  });
  const changed = `/${texts.join('/')}`;
  return changed === path ? undefined : changed;
}

function swapCase(text: string): string {
  const upper = text.toUpperCase();
  return upper === text ? text.toLowerCase() : upper;
}

/** What has fewer bits in common is no network of anybody’s: the largest that were ever given out have these. */
const LEAST_BITS = { 4: 8, 6: 16 } as const;

/** One warning for each range. */
function addressWarnings({
  listen,
  gates,
  sessions,
}: Pick<Config, 'listen' | 'gates' | 'sessions'>): readonly ConfigWarning[] {
  const warnings = listen.trustedProxies
    .filter(isWide)
    .map((range) => configWarning('listen.trustedProxies', 'wide-proxy-range', textOf(range)));
  const lists = [
    ...gates.map(({ name, allowFrom = [] }) => ({ path: `gates.${name}.allowFrom`, ranges: allowFrom })),
    ...sessions.map(({ name, auth }) => ({
      path: `sessions.${name}.auth.ips`,
      ranges: auth.kind === 'none' ? [] : (auth.ips ?? []),
    })),
  ];
  for (const { path, ranges } of lists) {
    for (const range of ranges) {
      if (isWide(range)) warnings.push(configWarning(path, 'wide-caller-range', textOf(range)));
      const proxy = listen.trustedProxies.find((proxyRange) => overlap(proxyRange, range));
      if (proxy === undefined) continue;
      warnings.push(configWarning(path, 'proxy-among-callers', textOf(range), textOf(proxy)));
    }
  }
  return warnings;
}

function isWide(range: AddressRange): boolean {
  const { family, bits } = prefixOf(range);
  return bits.length < LEAST_BITS[family];
}

function textOf({ address, prefixBits }: AddressRange): string {
  const isOne = prefixBits === (address.includes(':') ? 128 : 32);
  return isOne ? address : `${address}/${prefixBits}`;
}
