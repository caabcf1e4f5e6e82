/** The rules within one gate; see `rules.ts`. */

import { findProvider, nearMiss } from '@countersign/core';
import { VENDORS, vendorOf } from '../vendors/all.ts';
import type { Finding } from './finding.ts';
import { keysFromRules } from './keys-from-rules.ts';
import { maskRules } from './mask-rules.ts';
import { modesRules } from './modes-rules.ts';
import { withOwnProof } from './own-proof.ts';
import { namesAction, parsePathPattern } from './path-pattern.ts';
import { isMisfit, readDate } from './read-text.ts';
import { isMapping, type ValuePath } from './value-path.ts';
import { providerIdOf } from './written-proof.ts';

type Mapping = Readonly<Record<string, unknown>>;

const OUTCOMES = ['answer', 'forward', 'keep', 'respond'] as const;

/** Every rule that a gate breaks. @param knownProviders absent: ids are not checked. */
export function gateRules(
  path: ValuePath,
  written: Mapping,
  knownProviders: readonly string[] | undefined,
): readonly Finding[] {
  const own = withOwnProof(written);
  const { gate } = own;
  const at = [...path, ...own.at];
  return [
    ...proofRules(at, gate, knownProviders),
    ...keyRules(at, gate),
    ...keysFromRules(path, gate, fetchesKeys(gate)),
    ...outcomeRules(path, gate),
    ...answerRules(path, gate),
    ...registerRules(path, gate),
    ...signRules(path, gate),
    ...forwardRules(path, gate),
    ...replayRules(path, gate),
    ...respondRules(path, gate),
    ...keepRules(path, gate),
    ...maskRules([...path, 'keep'], gate['keep']),
    ...corsRules(path, gate),
    ...modesRules(path, written, own, (place, proof) => [
      ...proofRules(place, proof, knownProviders),
      ...keyRules(place, proof),
    ]),
  ];
}

function proofRules(
  path: ValuePath,
  gate: Mapping,
  providerIds: readonly string[] | undefined,
): readonly Finding[] {
  const { provider, scheme } = gate;
  if (provider === undefined && scheme === undefined) {
    return [
      { path, problem: 'says no way for requests to prove themselves', expected: 'provider or scheme' },
    ];
  }
  if (provider !== undefined && scheme !== undefined) {
    return [{ path, problem: 'has both provider and scheme', expected: 'one of them' }];
  }
  const id = providerIdOf(provider);
  if (id === undefined || providerIds === undefined || id === 'none' || providerIds.includes(id)) return [];
  const ids = [...providerIds, 'none'];
  const suggestion = nearMiss(id, ids);
  return [
    {
      path: isMapping(provider) ? [...path, 'provider', 'id'] : [...path, 'provider'],
      problem: 'names no provider',
      value: JSON.stringify(id),
      expected: `one of ${ids.join(', ')}`,
      ...(suggestion === undefined ? { remedy: DECLARE_IT } : { suggestion }),
    },
  ];
}

const DECLARE_IT =
  'Any other sender is declared with scheme in place of provider; https://github.com/countersign/countersign/blob/main/docs/catalogue.md has how many of them sign.';

function keyRules(path: ValuePath, gate: Mapping): readonly Finding[] {
  const { keys } = gate;
  const at = [...path, 'keys'];
  if (providerIdOf(gate['provider']) === 'none') {
    const expected = 'no keys, or another provider';
    return keys === undefined
      ? []
      : [{ path: at, problem: 'is given, and provider none takes unsigned requests', expected }];
  }
  if (keys === undefined && (gate['keysFrom'] !== undefined || fetchesKeys(gate) || isHandedKeys(gate)))
    return [];
  if (keys === undefined) return [{ path: at, problem: 'is missing', expected: 'at least one key' }];
  if (!Array.isArray(keys)) return [];
  if (keys.length === 0) return [{ path: at, problem: 'is empty', expected: 'at least one key' }];
  const findings: Finding[] = [];
  const ids = new Map<unknown, number>();
  for (const [index, key] of keys.entries()) {
    if (!isMapping(key)) continue;
    const id = key['id'] ?? `key-${index + 1}`;
    const first = ids.get(id);
    if (first !== undefined) {
      findings.push({
        path: [...at, index, 'id'],
        problem: `is the id of keys[${first}]`,
        expected: 'an id of its own',
      });
    } else ids.set(id, index);
    const [from, until] = [readTime(key['from']), readTime(key['until'])];
    if (from !== undefined && until !== undefined && until <= from) {
      findings.push({
        path: [...at, index, 'until'],
        problem: 'is not after from',
        expected: 'a later date',
      });
    }
  }
  return findings;
}

/** Whether the gate’s keys come from an address: its own, one that its provider knows, or one that a request names. */
function fetchesKeys({ provider, scheme }: Mapping): boolean {
  const declared = isMapping(provider) ? provider : isMapping(scheme) ? scheme : {};
  if (['jwks', 'brand', 'agents', 'keyUrl', 'certificate'].some((name) => declared[name] !== undefined))
    return true;
  const id = providerIdOf(provider);
  const { fetchesKeys: isAlways = false, fetchesKeysWith: option } =
    (id === undefined ? undefined : findProvider(id)) ?? {};
  return isAlways || (option !== undefined && declared[option] !== undefined);
}

/** Whether the gate’s platform hands its key over, so that it may begin without one. */
export function isHandedKeys({ scheme }: Mapping): boolean {
  const handshake = isMapping(scheme) ? scheme['handshake'] : undefined;
  return isMapping(handshake) && handshake['deliversKey'] === true;
}

function readTime(text: unknown): number | undefined {
  const ms = typeof text === 'string' ? readDate(text) : undefined;
  return ms === undefined || isMisfit(ms) ? undefined : ms;
}

function outcomeRules(path: ValuePath, gate: Mapping): readonly Finding[] {
  const outcomes = OUTCOMES.filter((name) => gate[name] !== undefined);
  const expected = `one of ${OUTCOMES.join(', ')}`;
  if (outcomes.length === 0)
    return [{ path, problem: 'does not say what to do with an accepted request', expected }];
  return outcomes.length === 1 ? [] : [{ path, problem: `has ${outcomes.join(' and ')}`, expected }];
}

function answerRules(path: ValuePath, gate: Mapping): readonly Finding[] {
  const { answer, path: pattern } = gate;
  if (!isMapping(answer) || answer['action'] === undefined || typeof pattern !== 'string') return [];
  if (parsePathPattern(pattern)?.some(namesAction) !== true) return [];
  return [
    {
      path: [...path, 'answer', 'action'],
      problem: 'is given, and the path names the action',
      expected: 'a path without :action or :name, or no action here',
    },
  ];
}

function registerRules(path: ValuePath, { answer, provider }: Mapping): readonly Finding[] {
  if (!isMapping(answer) || answer['register'] === undefined) return [];
  if (vendorOf(providerIdOf(provider)).takesRegistrations) return [];
  const registering = VENDORS.filter((vendor) => vendor.takesRegistrations);
  return [
    {
      path: [...path, 'answer', 'register'],
      problem: 'is given, and the gate’s provider has no platform that actions are registered with',
      expected: `provider: ${registering.map((vendor) => vendor.provider).join(' or ')}, or no register`,
    },
  ];
}

/** What nobody proves is told from an equal request by nothing. */
function signRules(path: ValuePath, { answer, provider }: Mapping): readonly Finding[] {
  if (!isMapping(answer) || answer['sign'] === undefined || providerIdOf(provider) !== 'none') return [];
  return [
    {
      path: [...path, 'answer', 'sign'],
      problem:
        'is given, and provider none takes unsigned requests: a signed answer would fit every equal one',
      expected: 'another provider, or no sign',
    },
  ];
}

function forwardRules(path: ValuePath, gate: Mapping): readonly Finding[] {
  const { forward, path: pattern } = gate;
  if (!isMapping(forward) || typeof pattern !== 'string') return [];
  const prefix = forward['stripPrefix'];
  const begins = pattern === prefix || pattern.startsWith(`${prefix}/`);
  if (typeof prefix !== 'string' || (begins && !prefix.endsWith('/*'))) return [];
  return [
    {
      path: [...path, 'forward', 'stripPrefix'],
      problem: 'is not how the gate’s path begins',
      expected: 'its beginning up to a slash',
    },
  ];
}

/** What an action answered is kept; an upstream streams, and what is kept or answered alike has no first answer of its own. */
function replayRules(path: ValuePath, { answer, keep, replay }: Mapping): readonly Finding[] {
  if (!isMapping(replay)) return [];
  if (keep !== undefined && replay['whenUnavailable'] !== undefined)
    return [
      {
        path: [...path, 'replay', 'whenUnavailable'],
        problem: 'is given, and the claims of a gate that keeps are in the store',
        expected: 'answer, forward or respond; or no whenUnavailable',
      },
    ];
  if (answer !== undefined || replay['repeat'] !== 'first-answer') return [];
  return [
    {
      path: [...path, 'replay', 'repeat'],
      problem: 'is first-answer, and only what an action answered is kept to be given again',
      expected: 'acknowledge or refuse; or the outcome answer',
    },
  ];
}

/** Without an origin nobody’s pages may call, which is what a gate without `cors` does. */
function corsRules(path: ValuePath, { cors }: Mapping): readonly Finding[] {
  const origins = isMapping(cors) ? cors['origins'] : undefined;
  const isEmpty = Array.isArray(origins)
    ? origins.length === 0
    : typeof origins === 'string' && /^[\s,]*$/.test(origins);
  if (!isEmpty) return [];
  return [
    { path: [...path, 'cors', 'origins'], problem: 'is empty', expected: 'at least one origin; or no cors' },
  ];
}

/** What is not kept cannot be delivered, and what is shown to nobody is not searched for. */
function keepRules(path: ValuePath, gate: Mapping): readonly Finding[] {
  const { keep } = gate;
  if (!isMapping(keep)) return [];
  const { body, deliver, fullText, mask } = keep;
  const findings: Finding[] = [];
  if (body === 'hash' && isList(deliver))
    findings.push({
      path: [...path, 'keep', 'body'],
      problem: 'is hash, and the gate delivers: of its events no body is kept that could be sent',
      expected: 'whole, or no deliver',
    });
  if (String(fullText) !== 'true') return findings;
  if (body === 'hash')
    findings.push({
      path: [...path, 'keep', 'fullText'],
      problem: 'is true, and keep.body is hash: there is no body whose words could be found',
      expected: 'false, or whole bodies',
    });
  if (isMapping(mask) && isList(mask['members']))
    findings.push({
      path: [...path, 'keep', 'fullText'],
      problem: 'is true, and keep.mask.members hides parts of bodies: the index would find them',
      expected: 'false, or no keep.mask.members',
    });
  return findings;
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function respondRules(path: ValuePath, gate: Mapping): readonly Finding[] {
  const { respond } = gate;
  if (!isMapping(respond)) return [];
  const { body, json, status } = respond;
  if (body !== undefined && json !== undefined) {
    return [{ path: [...path, 'respond'], problem: 'has both body and json', expected: 'one of them' }];
  }
  const hasBody = body !== undefined || json !== undefined;
  const mayHaveBody = ![204, 205, 304].includes(Number(status));
  if (mayHaveBody || !hasBody) return [];
  return [
    {
      path: [...path, 'respond', 'status'],
      problem: 'is a status that has no body',
      expected: 'another status, or no body',
    },
  ];
}
