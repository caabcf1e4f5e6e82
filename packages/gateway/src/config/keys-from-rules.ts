/** The rules of `keysFrom`; see `gate-rules.ts`. */
import { SetupError } from '@countersign/core';
import { checkMemberPath } from '@countersign/core/json-reader';
import type { Finding } from './finding.ts';
import { parsePathPattern } from './path-pattern.ts';
import { isMapping, type ValuePath } from './value-path.ts';
import { providerIdOf } from './written-proof.ts';

type Mapping = Readonly<Record<string, unknown>>;

const SOURCES = ['url', 'folder', 'function', 'sql'] as const;
const PLACES = ['path', 'header', 'query', 'body'] as const;

/** @param gate as if its own proof stood in it. @param fetchesKeys whether its scheme’s keys come from an address */
export function keysFromRules(path: ValuePath, gate: Mapping, fetchesKeys: boolean): readonly Finding[] {
  const { keysFrom, keys, accept, shadow } = gate;
  if (!isMapping(keysFrom)) return [];
  const at = [...path, 'keysFrom'];
  const findings: Finding[] = [];
  const say = (problem: string, expected: string, place: ValuePath = at): void =>
    void findings.push({ path: place, problem, expected });
  if (providerIdOf(gate['provider']) === 'none')
    say('is given, and provider none takes unsigned requests', 'no keysFrom, or another provider');
  if (keys !== undefined) say('is given, and so is keys', 'one of keys and keysFrom');
  if (fetchesKeys)
    say(
      'is given, and the scheme fetches its keys from an address',
      'no keysFrom, or a scheme that is given its keys',
    );
  if (accept !== undefined || shadow !== undefined)
    say(
      'is given, and the gate has accept or shadow, whose keys would be of no tenant',
      'a gate of one proof',
    );
  const sources = SOURCES.filter((name) => keysFrom[name] !== undefined);
  if (sources.length !== 1)
    say(
      sources.length === 0 ? 'does not say where keys are looked up' : `has ${sources.join(' and ')}`,
      `one of ${SOURCES.join(', ')}`,
    );
  if (keysFrom['token'] !== undefined && keysFrom['url'] === undefined)
    say('is given, and there is no url that it could be sent to', 'url, or no token', [...at, 'token']);
  return [...findings, ...placeRules([...at, 'tenant'], keysFrom['tenant'], gate['path'])];
}

function placeRules(at: ValuePath, tenant: unknown, pattern: unknown): readonly Finding[] {
  if (tenant === undefined) {
    return hasParam(pattern, 'tenant')
      ? []
      : [
          {
            path: at,
            problem: 'is missing, and the gate’s path has no :tenant',
            expected: 'a path such as /hooks/:tenant, or a header, a query or a body that says it',
          },
        ];
  }
  if (!isMapping(tenant)) return [];
  const places = PLACES.filter((name) => tenant[name] !== undefined);
  if (places.length !== 1) {
    const problem = places.length === 0 ? 'names no place' : `has ${places.join(' and ')}`;
    return [{ path: at, problem, expected: `one of ${PLACES.join(', ')}` }];
  }
  const { path: name, body } = tenant;
  if (typeof name === 'string' && !hasParam(pattern, name)) {
    return [
      {
        path: [...at, 'path'],
        problem: 'is no :name of the gate’s path',
        expected: 'a name that stands there',
      },
    ];
  }
  return typeof body === 'string' ? bodyRules([...at, 'body'], body) : [];
}

function bodyRules(path: ValuePath, body: string): readonly Finding[] {
  try {
    checkMemberPath(body, 'body');
    return [];
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return [{ path, problem: 'is no path to a member', expected: 'names with dots between them' }];
  }
}

/** Another rule tells of a pattern that is none. */
function hasParam(pattern: unknown, name: string): boolean {
  const segments = typeof pattern === 'string' ? parsePathPattern(pattern) : undefined;
  return segments?.some((segment) => segment.kind === 'param' && segment.name === name) ?? true;
}
