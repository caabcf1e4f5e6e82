/** What an operator can do with a gate's keys, and what is refused. Works on lists: nobody's keys are changed here. */
import type { ProblemCode } from '@countersign/api';
import { unusableBecause } from '@countersign/core';
import type { KeyConfig } from '../config/config.ts';
import { type GateKeyList, type KeyEntry, withStatement } from './key-entries.ts';

/** Why keys stay as they are. */
export class KeyFault {
  readonly code: ProblemCode;
  /** One sentence. Quotes no secret. */
  readonly sentence: string;

  constructor(code: ProblemCode, sentence: string) {
    this.code = code;
    this.sentence = sentence;
  }
}

export type KeyWord = 'activate' | 'make-next' | 'retire' | 'revoke' | 'remove';

export interface KeyChange {
  readonly id: string;
  readonly change: KeyWord;
  /** When the key begins. Absent: as it was. Milliseconds since the epoch. */
  readonly fromMs?: number | undefined;
  /** When the key ends. Absent: as it was. Milliseconds since the epoch. */
  readonly untilMs?: number | undefined;
  /** Also where no key is left that could prove a request, or a key that was revoked comes back. */
  readonly force: boolean;
}

/** What of a list is changed. */
export type Keys = Pick<GateKeyList, 'entries' | 'unreadable'>;

const STATES = { activate: 'active', 'make-next': 'next', retire: 'retiring', revoke: 'revoked' } as const;

export function changeKey(keys: Keys, change: KeyChange, nowMs: number): Keys | KeyFault {
  const { id, change: word, force } = change;
  if (keys.unreadable.some((key) => key.id === id)) {
    if (word === 'remove') return { ...keys, unreadable: keys.unreadable.filter((key) => key.id !== id) };
    return new KeyFault(
      'key-left-out',
      'the key is left out of the gate’s keys, as their warnings say: it can be removed',
    );
  }
  const entry = keys.entries.find(({ key }) => key.id === id);
  if (entry === undefined) return new KeyFault('no-such-key', 'the gate has no key of this id');
  const next = word === 'remove' ? removed(keys, entry) : restated(keys, entry, STATES[word], change, nowMs);
  if (next instanceof KeyFault || force) return next;
  return isLastOf(entry.key, keys.entries, next.entries, nowMs)
    ? new KeyFault(
        'last-usable-key',
        'no key would be left that could prove such a request: add another first, or say force',
      )
    : next;
}

/** @param entry of a key whose secret was judged to be none of those that are there */
export function addKey(keys: Keys, key: KeyConfig): Keys | KeyFault {
  const isTaken = [...keys.entries.map((entry) => entry.key), ...keys.unreadable].some(
    ({ id }) => id === key.id,
  );
  if (isTaken) return new KeyFault('key-exists', 'the gate has a key of this id: give the new one another');
  return { ...keys, entries: [...keys.entries, { key, configured: undefined }] };
}

function removed(keys: Keys, entry: KeyEntry): Keys | KeyFault {
  if (entry.configured !== undefined) {
    return new KeyFault(
      'key-configured',
      'the key is one of the configuration: take it out there; revoke ends it until then',
    );
  }
  return { ...keys, entries: keys.entries.filter((other) => other !== entry) };
}

function restated(
  keys: Keys,
  entry: KeyEntry,
  state: KeyConfig['state'],
  { fromMs = entry.key.fromMs, untilMs, force }: KeyChange,
  nowMs: number,
): Keys | KeyFault {
  const { key } = entry;
  if (key.state === 'revoked' && state !== 'revoked' && !force)
    return new KeyFault('key-revoked', 'the key is revoked: say force to have it back');
  const endMs = untilMs ?? key.untilMs;
  if (state !== 'revoked' && endMs !== undefined) {
    if (endMs <= (fromMs ?? Number.NEGATIVE_INFINITY))
      return new KeyFault('invalid-input', 'until is not after the key’s from');
    if (untilMs === undefined && endMs <= nowMs && state !== 'retiring')
      return new KeyFault('invalid-input', 'the key has ended: give an until that lies ahead');
  }
  const changed = withStatement(key, { state, fromMs, untilMs: endMs });
  return {
    ...keys,
    entries: keys.entries.map((other) =>
      other === entry ? { key: changed, configured: entry.configured } : other,
    ),
  };
}

/** Whether requests that this key could prove can be proved by none any more, and could before. */
function isLastOf(
  key: KeyConfig,
  before: readonly KeyEntry[],
  after: readonly KeyEntry[],
  nowMs: number,
): boolean {
  const isProving = ({ key: other }: KeyEntry): boolean =>
    unusableBecause(other, nowMs) === undefined &&
    (other.for === undefined || other.for.action === key.for?.action);
  return before.some(isProving) && !after.some(isProving);
}
