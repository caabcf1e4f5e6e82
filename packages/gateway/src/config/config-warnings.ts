// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** What a configuration may say, and had better not. */
import { keyWarningText, secretWarnings as secretTextWarnings } from '@countersign/core';
import { BROKERS, brokerMembers } from '../sessions/brokers/all.generated.ts';
import { addressWarnings } from './address-warnings.ts';
import type { Config, ProofConfig } from './config.ts';
import type { ConfigWarning } from './finding.ts';
import type { Origin } from './interpolate.ts';
import { overlapWarnings } from './overlap-warnings.ts';
import { formatSize } from './units.ts';
import { formatPath, isMapping, type ValuePath, valueAt } from './value-path.ts';
import { writtenProof } from './written-proof.ts';

/** Secrets that stand in the file, in clear or as the default of a variable that is not set. */
export function secretWarnings(
  tree: unknown,
  origins: ReadonlyMap<string, Origin>,
  options: { readonly isFileText?: boolean; readonly demo?: boolean },
): readonly ConfigWarning[] {
  if (options.demo === true) return [];
  return secretPaths(tree).flatMap((at) => {
    const path = formatPath(at);
    const origin = origins.get(path);
    const isFileText = options.isFileText === true;
    const found = [...placeWarnings(origin, isFileText), ...textWarnings(tree, at, origin === undefined)];
    return found.length === 0 ? [] : [{ path, message: found.join(' ') }];
  });
}

/** What of a value that is no secret was cut or left out before it was filled in. */
export function filledInWarnings(
  tree: unknown,
  origins: ReadonlyMap<string, Origin>,
): readonly ConfigWarning[] {
  const secrets = new Set(secretPaths(tree).map(formatPath));
  return [...origins]
    .filter(([path]) => !secrets.has(path))
    .flatMap(([path, { notes }]) => notes.map((message) => ({ path, message })));
}

function placeWarnings(
  { sources, defaulted, notes }: Origin = { sources: [], defaulted: [], notes: [] },
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

function secretPaths(tree: unknown): readonly ValuePath[] {
  const gates = valueAt(tree, ['gates']);
  const single: readonly ValuePath[] = [['admin', 'token'], ['storeKey']];
  const paths = single.filter((path) => valueAt(tree, path) !== undefined && valueAt(tree, path) !== '');
  for (const [name, gate] of Object.entries(isMapping(gates) ? gates : {})) {
    const apiToken: ValuePath = ['gates', name, 'answer', 'register', 'apiToken'];
    if (valueAt(tree, apiToken) !== undefined) paths.push(apiToken);
    const keys = isMapping(gate) ? gate['keys'] : undefined;
    if (Array.isArray(keys)) paths.push(...keys.map((_, index) => ['gates', name, 'keys', index, 'secret']));
  }
  const sessions = valueAt(tree, ['sessions']);
  for (const name of Object.keys(isMapping(sessions) ? sessions : {})) {
    const members = [
      ...secretMembers().map((member) => [member]),
      ['auth', 'secret'],
      ['auth', 'clientSecret'],
    ];
    const given = members.map((member): ValuePath => ['sessions', name, ...member]);
    paths.push(...given.filter((path) => valueAt(tree, path) !== undefined && valueAt(tree, path) !== ''));
  }
  return paths;
}

function secretMembers(): readonly string[] {
  const members = Object.entries(brokerMembers());
  return members.filter(([, { isSecret }]) => isSecret).map(([name]) => name);
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
