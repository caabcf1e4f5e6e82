/** What a session must and must not have, by its broker; see `rules.ts`. */
import { nearMiss } from '@countersign/core';
import type { Finding } from './finding.ts';
import { isMisfit, readStore } from './read-text.ts';
import { isMapping, type ValuePath, valueAt } from './value-path.ts';

export const BROKERS = ['incode', 'oauth2-client-credentials'] as const;
export type BrokerId = (typeof BROKERS)[number];

interface BrokerMembers {
  readonly required: readonly string[];
  readonly allowed: readonly string[];
  /** Below where the session is mounted. */
  readonly paths: readonly string[];
}

const COMMON: readonly string[] = ['broker', 'at', 'clientId', 'origins', 'requestsPerMinute', 'timeout'];

const MEMBERS: Readonly<Record<BrokerId, BrokerMembers>> = {
  incode: {
    required: ['apiUrl', 'apiKey', 'clientId', 'flowId', 'auth'],
    allowed: ['adminToken', 'adminEmail', 'adminPassword', 'redirects', 'life'],
    paths: [
      '/start',
      '/onboarding-url',
      '/onboarding-status',
      '/fetch-score',
      '/auth',
      '/webhook',
      '/approve',
    ],
  },
  'oauth2-client-credentials': {
    required: ['tokenUrl', 'clientId', 'clientSecret', 'auth'],
    allowed: ['scope'],
    paths: ['/token'],
  },
};

/** Whose token server a session is; undefined where neither `broker` nor the name says so. */
export function brokerOf(name: string, broker: unknown): BrokerId | undefined {
  const id = broker ?? name;
  return BROKERS.find((known) => known === id);
}

/** Every path that a session answers, as text. */
export function sessionPaths(name: string, session: Readonly<Record<string, unknown>>): readonly string[] {
  const broker = brokerOf(name, session['broker']);
  const at = typeof session['at'] === 'string' ? session['at'] : '/';
  if (broker === undefined) return [];
  const isIssuing = isMapping(session['auth']) && session['auth']['form'] === 'issued';
  const paths = [...MEMBERS[broker].paths, ...(isIssuing ? [TOKEN_PATH] : [])];
  return paths.map((path) => (at === '/' ? path : at + path));
}

/** Every rule that a session breaks. */
export function sessionRules(name: string, session: Readonly<Record<string, unknown>>): readonly Finding[] {
  const path: ValuePath = ['sessions', name];
  const broker = brokerOf(name, session['broker']);
  if (broker === undefined) {
    if (session['broker'] !== undefined) return [];
    const suggestion = nearMiss(name, BROKERS);
    const expected = `broker: one of ${BROKERS.join(', ')}`;
    return [
      { path, problem: 'says no broker', expected, ...(suggestion === undefined ? {} : { suggestion }) },
    ];
  }
  const { required, allowed } = MEMBERS[broker];
  const findings: Finding[] = [];
  for (const member of required) {
    if (isGiven(session[member])) continue;
    const expected = member === 'auth' ? EXPECTED_AUTH[broker] : 'a text';
    findings.push({ path: [...path, member], problem: 'is missing', expected });
  }
  const known = new Set([...COMMON, ...required, ...allowed]);
  const foreign = Object.values(MEMBERS).flatMap((one) => [...one.required, ...one.allowed]);
  for (const member of Object.keys(session)) {
    if (known.has(member) || !foreign.includes(member)) continue;
    const problem = `is given, and the broker ${broker} has no such member`;
    findings.push({ path: [...path, member], place: 'key', problem });
  }
  findings.push(...authRules([...path, 'auth'], session['auth']));
  return broker === 'incode' ? [...findings, ...adminRules(path, session)] : findings;
}

/** Where tokens are issued, below where the session is mounted. */
export const TOKEN_PATH = '/oauth2/token';

const EXPECTED_AUTH: Readonly<Record<BrokerId, string>> = {
  incode: 'what its webhooks send, e.g. { secret: … }; or none, by name',
  'oauth2-client-credentials':
    'what whoever asks for the backend’s token must send, e.g. { secret: … }; or none, by name, which gives it to anybody',
};

function authRules(path: ValuePath, auth: unknown): readonly Finding[] {
  if (!isMapping(auth)) return [];
  const isIssued = auth['form'] === 'issued';
  const findings: Finding[] = [];
  const [required, foreign] = isIssued
    ? [
        ['clientId', 'clientSecret'],
        ['secret', 'header'],
      ]
    : [[], ['clientId', 'clientSecret']];
  for (const member of required) {
    if (!isGiven(auth[member]))
      findings.push({ path: [...path, member], problem: 'is missing', expected: 'a text' });
  }
  for (const member of foreign) {
    if (auth[member] === undefined) continue;
    const problem = isIssued
      ? 'is given, and form issued has no such member'
      : 'is given, and is for form: issued only';
    findings.push({ path: [...path, member], place: 'key', problem });
  }
  const takesToken = auth['form'] !== undefined || auth['header'] !== undefined || auth['ips'] === undefined;
  if (!isIssued && takesToken && auth['secret'] === undefined) {
    findings.push({ path: [...path, 'secret'], problem: 'is missing', expected: 'a secret; or ips alone' });
  }
  return findings;
}

function adminRules(path: ValuePath, session: Readonly<Record<string, unknown>>): readonly Finding[] {
  const [token, email, password] = ['adminToken', 'adminEmail', 'adminPassword'].map((name) =>
    isGiven(session[name]),
  );
  const expected = 'adminToken, or adminEmail and adminPassword';
  if (token && (email || password)) return [{ path, problem: 'has both adminToken and a log-in', expected }];
  if (token || (email && password)) return [];
  return [{ path, problem: 'has no admin token: scores cannot be read without', expected }];
}

/** An empty text is what a variable with an empty default gives. */
function isGiven(value: unknown): boolean {
  return typeof value === 'string' ? value.trim() !== '' : value !== undefined && value !== null;
}

function isInMemory(store: string): boolean {
  const place = readStore(store);
  return !isMisfit(place) && place.kind === 'memory';
}

/** Sessions hold tokens, which a file gets only encrypted. */
export function storeKeyRules(tree: unknown): readonly Finding[] {
  const sessions = valueAt(tree, ['sessions']);
  const store = valueAt(tree, ['store']) ?? 'sqlite:';
  if (!isMapping(sessions) || Object.keys(sessions).length === 0) return [];
  if (typeof store !== 'string' || isInMemory(store)) return [];
  if (isGiven(valueAt(tree, ['storeKey']))) return [];
  const expected = '64 hex characters, such as `openssl rand -hex 32` prints; or store: ":memory:"';
  return [{ path: ['storeKey'], problem: 'is missing: what sessions keep in a file is encrypted', expected }];
}
