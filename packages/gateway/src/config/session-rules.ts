/** What a session must and must not have, by its broker; see `rules.ts`. */
import { nearMiss } from '@countersign/core';
import { BROKER_IDS, BROKERS, type BrokerId, brokerMembers } from '../sessions/brokers/all.generated.ts';
import { DEFAULTS } from './defaults.ts';
import type { Finding } from './finding.ts';
import { maskRules } from './mask-rules.ts';
import { readStore } from './read-store.ts';
import { isMisfit } from './read-text.ts';
import { isGiven, isMapping, type ValuePath, valueAt } from './value-path.ts';

/** Whose token server a session is; undefined where neither `broker` nor the name says so. */
export function brokerOf(name: string, broker: unknown): BrokerId | undefined {
  const id = broker ?? name;
  return BROKER_IDS.find((brokerId) => brokerId === id);
}

/** Every path that a session answers, as text. */
export function sessionPaths(name: string, session: Readonly<Record<string, unknown>>): readonly string[] {
  const broker = brokerOf(name, session['broker']);
  const at = typeof session['at'] === 'string' ? session['at'] : '/';
  if (broker === undefined) return [];
  const isIssuing = isMapping(session['auth']) && session['auth']['form'] === 'issued';
  const paths = [...BROKERS[broker].routes.map(({ path }) => path), ...(isIssuing ? [TOKEN_PATH] : [])];
  return paths.map((path) => (at === '/' ? path : at + path));
}

/** Every rule that a session breaks. */
export function sessionRules(name: string, session: Readonly<Record<string, unknown>>): readonly Finding[] {
  const path: ValuePath = ['sessions', name];
  const id = brokerOf(name, session['broker']);
  if (id === undefined) {
    if (session['broker'] !== undefined) return [];
    const suggestion = nearMiss(name, BROKER_IDS);
    const expected = `broker: one of ${BROKER_IDS.join(', ')}`;
    return [
      { path, problem: 'says no broker', expected, ...(suggestion === undefined ? {} : { suggestion }) },
    ];
  }
  const broker = BROKERS[id];
  const findings: Finding[] = [];
  for (const member of [...broker.required, 'auth']) {
    if (isGiven(session[member])) continue;
    const expected = member === 'auth' ? broker.auth.expected : 'a text';
    findings.push({ path: [...path, member], problem: 'is missing', expected });
  }
  const own = broker.members();
  const ofBrokers = brokerMembers();
  for (const member of Object.keys(session)) {
    if (Object.hasOwn(own, member) || !Object.hasOwn(ofBrokers, member)) continue;
    const problem = `is given, and the broker ${id} has no such member`;
    findings.push({ path: [...path, member], place: 'key', problem });
  }
  for (const member of ['deliver', 'keep']) {
    if (session[member] === undefined || broker.keepsEvents) continue;
    const problem = `is given, and the broker ${id} keeps no events`;
    findings.push({ path: [...path, member], place: 'key', problem });
  }
  return [
    ...findings,
    ...maskRules([...path, 'keep'], session['keep']),
    ...authRules([...path, 'auth'], session['auth']),
    ...broker.rules(path, session),
  ];
}

/** Where tokens are issued, below where the session is mounted. */
export const TOKEN_PATH = '/oauth2/token';

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

function isInMemory(store: string): boolean {
  const place = readStore(store);
  return !isMisfit(place) && place.kind === 'memory';
}

/** Sessions hold tokens, which a file gets only encrypted. */
export function storeKeyRules(tree: unknown): readonly Finding[] {
  const sessions = valueAt(tree, ['sessions']);
  const store = valueAt(tree, ['store']) ?? DEFAULTS.store;
  if (!isMapping(sessions) || Object.keys(sessions).length === 0) return [];
  if (typeof store !== 'string' || isInMemory(store)) return [];
  if (isGiven(valueAt(tree, ['storeKey']))) return [];
  const expected = '64 hex characters, such as `openssl rand -hex 32` prints; or store: ":memory:"';
  return [{ path: ['storeKey'], problem: 'is missing: what sessions keep in a file is encrypted', expected }];
}
