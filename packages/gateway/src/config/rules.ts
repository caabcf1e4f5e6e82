/**
 * What concerns several values at once. The rules read the tree as it was written, not what the schema made of
 * it, so that they speak even where the schema found something wrong elsewhere.
 */
import { vendorOf } from '../vendors/all.ts';
import { adminRules } from './admin-rules.ts';
import { claimsRules } from './claims-schema.ts';
import { DEFAULTS } from './defaults.ts';
import { destinationRules } from './destination-rules.ts';
import type { Finding } from './finding.ts';
import { gateRules } from './gate-rules.ts';
import { defaultMethods } from './gate-schema.ts';
import { admissionRules, listenRules } from './listen-rules.ts';
import { ENTRY_NAME, ENTRY_NAME_EXPECTED } from './names.ts';
import { withOwnProof } from './own-proof.ts';
import { parsePathPattern, pathShape } from './path-pattern.ts';
import { sessionPaths, sessionRules, storeKeyRules } from './session-rules.ts';
import { forwardTargetRules, metadataRules } from './target-rules.ts';
import { parseDuration } from './units.ts';
import { isMapping, valueAt } from './value-path.ts';
import { providerIdOf } from './written-proof.ts';

/** What is known about providers without asking core. */
export interface ProviderKnowledge {
  /** Every provider's id; absent: ids are not checked here. `none` is always known. */
  readonly knownProviders?: readonly string[];
}

/** Every rule that the tree breaks. @param tree with its texts interpolated; of any shape. */
export function ruleFindings(tree: unknown, providers: ProviderKnowledge): readonly Finding[] {
  return [
    ...listenRules(tree),
    ...limitRules(tree),
    ...adminRules(tree),
    ...storeKeyRules(tree),
    ...claimsRules(tree),
    ...commandRules(tree),
    ...gatesRules(tree, providers),
    ...sessionsRules(tree),
    ...metadataRules(tree),
    ...destinationRules(tree),
  ];
}

function limitRules(tree: unknown): readonly Finding[] {
  const path = ['limits', 'headersTimeout'];
  const headers = valueAt(tree, path);
  const request = valueAt(tree, ['limits', 'requestTimeout']) ?? DEFAULTS.requestTimeout;
  if (typeof headers !== 'string' || typeof request !== 'string') return [];
  const requestMs = parseDuration(request);
  if (requestMs === undefined || (parseDuration(headers) ?? 0) <= requestMs) return [];
  return [
    {
      path,
      problem: 'is longer than limits.requestTimeout',
      expected: `at most that, which is ${DEFAULTS.requestTimeout} by default`,
    },
  ];
}

/** Of `secrets.commands`: their names stand in references. */
function commandRules(tree: unknown): readonly Finding[] {
  const path = ['secrets', 'commands'];
  const commands = valueAt(tree, path);
  return Object.keys(isMapping(commands) ? commands : {})
    .filter((name) => !ENTRY_NAME.test(name))
    .map((name) => ({
      path: [...path, name],
      place: 'key',
      problem: 'is no name of a command',
      expected: ENTRY_NAME_EXPECTED,
    }));
}

const ALWAYS: readonly string[] = ['/health', '/ready'];

/** The paths of the public listener that the gateway answers itself, to anybody. @param tree the configuration as written, of any shape */
function ownPaths(tree: unknown): ReadonlySet<string> {
  const gates = valueAt(tree, ['gates']);
  const isListed = Object.values(isMapping(gates) ? gates : {}).some(listsActions);
  return new Set(isListed ? [...ALWAYS, '/actions'] : ALWAYS);
}

function listsActions(gate: unknown): boolean {
  if (!isMapping(gate) || !isMapping(gate['answer'])) return false;
  const { provider } = withOwnProof(gate).gate;
  const { list = vendorOf(providerIdOf(provider)).asksForActions } = gate['answer'];
  return list === true || list === 'true';
}

function gatesRules(tree: unknown, providers: ProviderKnowledge): readonly Finding[] {
  const gates = valueAt(tree, ['gates']);
  if (gates === undefined && valueAt(tree, ['sessions']) === undefined) {
    return [{ path: ['gates'], problem: 'is missing', expected: 'a mapping of gates by name' }];
  }
  if (!isMapping(gates)) return [];
  const entries = Object.entries(gates);
  if (entries.length === 0) return [{ path: ['gates'], problem: 'is empty', expected: 'at least one gate' }];
  const own = ownPaths(tree);
  const findings: Finding[] = [];
  const taken: {
    readonly gate: string;
    readonly shape: string;
    readonly methods: ReadonlySet<unknown> | 'all';
  }[] = [];
  for (const [name, gate] of entries) {
    const path = ['gates', name];
    if (!ENTRY_NAME.test(name)) findings.push(noName(path, 'gate'));
    if (!isMapping(gate)) continue;
    findings.push(...gateRules(path, gate, providers.knownProviders));
    findings.push(...forwardTargetRules(tree, path, gate), ...admissionRules(tree, path, gate));
    const pattern = gate['path'];
    const segments = typeof pattern === 'string' ? parsePathPattern(pattern) : undefined;
    if (segments === undefined) continue;
    const shape = pathShape(segments);
    const { provider, scheme } = withOwnProof(gate).gate;
    const written = gate['methods'] ?? defaultMethods(provider, scheme);
    const methods = Array.isArray(written) ? new Set<unknown>(written) : 'all';
    const other = taken.find((entry) => entry.shape === shape && overlap(entry.methods, methods));
    if (other !== undefined) {
      findings.push({
        path: [...path, 'path'],
        problem: `is taken by the gate ${other.gate}`,
        expected: 'a path or methods of its own',
      });
    } else if (own.has(shape)) {
      findings.push({
        path: [...path, 'path'],
        problem: 'is answered by the gateway itself',
        expected: 'another path',
      });
    }
    taken.push({ gate: name, shape, methods });
  }
  return findings;
}

function noName(path: readonly string[], what: string): Finding {
  return {
    path,
    place: 'key',
    problem: `is not a name for a ${what}`,
    expected: ENTRY_NAME_EXPECTED,
  };
}

function sessionsRules(tree: unknown): readonly Finding[] {
  const [sessions, gates] = [valueAt(tree, ['sessions']), valueAt(tree, ['gates'])];
  if (!isMapping(sessions)) return [];
  if (Object.keys(sessions).length === 0) {
    return [{ path: ['sessions'], problem: 'is empty', expected: 'at least one session' }];
  }
  const findings: Finding[] = [];
  /** Who answers a path. */
  const taken = new Map<string, string>([...ownPaths(tree)].map((path) => [path, 'the gateway itself']));
  for (const [name, gate] of Object.entries(isMapping(gates) ? gates : {})) {
    if (isMapping(gate) && typeof gate['path'] === 'string') taken.set(gate['path'], `the gate ${name}`);
  }
  for (const [name, session] of Object.entries(sessions)) {
    const path = ['sessions', name];
    if (!ENTRY_NAME.test(name)) findings.push(noName(path, 'session'));
    if (isMapping(gates) && Object.hasOwn(gates, name)) {
      findings.push({ path, place: 'key', problem: 'is the name of a gate', expected: 'a name of its own' });
    }
    if (!isMapping(session)) continue;
    findings.push(...sessionRules(name, session));
    for (const route of sessionPaths(name, session)) {
      const other = taken.get(route);
      if (other !== undefined) {
        const problem = `has the route ${route}, which is answered by ${other}`;
        findings.push({ path: [...path, 'at'], problem, expected: 'another path' });
      }
      taken.set(route, `the session ${name}`);
    }
  }
  return findings;
}

function overlap(a: ReadonlySet<unknown> | 'all', b: ReadonlySet<unknown> | 'all'): boolean {
  return a === 'all' || b === 'all' || [...a].some((method) => b.has(method));
}
