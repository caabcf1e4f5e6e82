// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** What a configuration may say, and had better not. */
import { keyWarningText, secretWarnings as secretTextWarnings } from '@countersign/core';
import { listed } from '@countersign/core/amounts';
import { BROKERS } from '../sessions/brokers/all.generated.ts';
import { overlap, prefixOf } from './addresses.ts';
import type { AddressRange, Config, GateConfig, PathSegment, ProofConfig } from './config.ts';
import type { ConfigWarning, Origin } from './finding.ts';
import { type AnySchema, secretsIn } from './schema-walk.ts';
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
  return secretsIn(schema, tree).flatMap((at) => {
    const path = formatPath(at);
    const origin = origins.get(path);
    const isFileText = options.isFileText === true;
    const sentences = [...placeWarnings(origin, isFileText), ...textWarnings(tree, at, origin === undefined)];
    return sentences.length === 0 ? [] : [{ path, message: sentences.join(' ') }];
  });
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
    .flatMap(([path, { notes }]) => notes.map((message) => ({ path, message })));
}

function placeWarnings(
  { sources, defaulted, notes }: Origin = { sources: [], variables: [], defaulted: [], notes: [] },
  isFileText: boolean,
): readonly string[] {
  if (defaulted.length > 0) {
    return [`${defaulted.join(' and ')} is not set, so the secret is the default that stands in the file.`];
  }
  if (sources.length > 0 || !isFileText) return notes;
  return ['The secret stands in the file. Write ${env:NAME} or ${file:path} instead.'];
}

/** A variable as shells and templates write it: `$NAME`, `%NAME%`, `$env:NAME`, `{{ NAME }}`; and ours, nearly: `{env:NAME}`, `env:NAME`. */
const UNFILLED =
  /^(?:\$(?:env:)?(\w+)|%(\w+)%|\{\{\s*(?:env[.:])?(\w+)\s*\}\}|\{(?:env:)?(\w+)\}|\$?\(env:(\w+)\)|\$?\[env:(\w+)\]|env:(\w+))$/;

/** What the text itself looks like. @param isWritten whether it is as it stands in the configuration. */
function textWarnings(tree: unknown, at: ValuePath, isWritten: boolean): readonly string[] {
  const text = valueAt(tree, at);
  if (typeof text !== 'string') return [];
  const variable = isWritten ? UNFILLED.exec(text.trim())?.slice(1).find(Boolean) : undefined;
  if (variable !== undefined) return [`Nothing fills in ${text.trim()}: write \${env:${variable}}.`];
  // Of keys the gate itself says the rest: it knows how they are read.
  if (at.includes('keys')) return [];
  return secretTextWarnings(text).map((warning) => `${keyWarningText(warning, 'The secret')}.`);
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
  return tight.map(({ name, maxBodyBytes }) => ({
    path: `gates.${name}.maxBody`,
    message: `A body of ${formatSize(maxBodyBytes)} may find no room in limits.maxBodyBytesInFlight (${formatSize(room)}) and be answered 503: make that three times maxBody.`,
  }));
}

/** What is allowed, and is a risk that the operator should know of. */
export function configWarnings(config: Config): readonly ConfigWarning[] {
  const warnings: ConfigWarning[] = [];
  const { token } = config.admin;
  if (token !== undefined && token.reveal().length < MIN_TOKEN_LENGTH) {
    warnings.push({
      path: 'admin.token',
      message: `The token is shorter than ${MIN_TOKEN_LENGTH} characters.`,
    });
  }
  const keeping = config.gates.filter((gate) => gate.outcome.kind === 'keep').map((gate) => gate.name);
  if (config.store.kind === 'memory' && keeping.length > 0) {
    const message = `Events that ${keeping.join(', ')} keeps are lost when the process ends.`;
    warnings.push({ path: 'store', message });
  }
  for (const { name, proof, outcome } of config.gates) {
    if (outcome.kind !== 'keep' || config.storeKey !== undefined || !isToken(proof)) continue;
    const message =
      'Without a storeKey the token’s headers are left out of the events that are kept; with one they are kept encrypted.';
    warnings.push({ path: `gates.${name}.keep`, message });
  }
  for (const { name, replay } of config.gates) {
    if (replay.repeat !== 'run') continue;
    const message =
      'repeat is run: the gate has no replay protection, and whoever copies a request can run it again as long as its proof holds.';
    warnings.push({ path: `gates.${name}.replay.repeat`, message });
  }
  warnings.push(...intakeWarnings(config), ...overlapWarnings(config.gates), ...addressWarnings(config));
  for (const session of config.sessions) {
    if (session.auth.kind !== 'none') continue;
    warnings.push({
      path: `sessions.${session.name}.auth`,
      message: BROKERS[session.broker].auth.noneWarning,
    });
  }
  return warnings;
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
    const example =
      cased === undefined ? '' : ` Another case of the letters, such as ${cased}, comes here too.`;
    const message = `${wide.path} holds the paths of ${listed(names, MAX_NAMED)}: what those do not take comes here.${example}`;
    return [{ path: `gates.${wide.name}.path`, message }];
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
  sessions,
}: Pick<Config, 'listen' | 'sessions'>): readonly ConfigWarning[] {
  const warnings = listen.trustedProxies.filter(isWide).map((range) => ({
    path: 'listen.trustedProxies',
    message: `${textOf(range)} holds a great part of all addresses: whoever calls from there says in X-Forwarded-For where it comes from, and is believed.`,
  }));
  for (const { name, auth } of sessions) {
    if (auth.kind === 'none') continue;
    const path = `sessions.${name}.auth.ips`;
    for (const range of auth.ips ?? []) {
      if (isWide(range)) {
        const message = `${textOf(range)} holds a great part of all addresses: it keeps hardly anybody out.`;
        warnings.push({ path, message });
      }
      const proxy = listen.trustedProxies.find((proxyRange) => overlap(proxyRange, range));
      if (proxy === undefined) continue;
      const message = `${textOf(range)} has addresses of listen.trustedProxies (${textOf(proxy)}): a proxy that sends no X-Forwarded-For lets in whomever it forwards for.`;
      warnings.push({ path, message });
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
