/** What was changed of a gate's keys while it ran, as the store has it: secrets sealed, the rest for people to read. */
import { createHash } from 'node:crypto';
import { type KeyEncoding, type KeyPurpose, type KeyState, SetupError } from '@countersign/core';
import { isObject } from '@countersign/core/internal/is-object';
import { Secret } from '../config/secret.ts';
import { markChange } from '../stores/change-mark.ts';
import type { RecordStore } from '../stores/record-store.ts';
import type { Sealer } from './seal.ts';

/** When a key counts. Times are milliseconds since the epoch. */
export interface KeyStatement {
  readonly state: KeyState;
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** What became of a key of the configuration. */
export interface ChangedKey extends KeyStatement {
  readonly id: string;
  /** What the configuration said when it was changed. */
  readonly configured: KeyStatement;
  /** Which secret it had then: see `isMarked`. Absent: there was no storeKey to seal it with. */
  readonly mark?: string | undefined;
}

/** A key that the configuration does not have. */
export interface AddedKey extends KeyStatement {
  readonly id: string;
  readonly encoding?: KeyEncoding | undefined;
  readonly for?: KeyPurpose | undefined;
  /** In base64. */
  readonly sealed: string;
}

export interface StoredKeys {
  readonly changed: readonly ChangedKey[];
  readonly added: readonly AddedKey[];
}

/** Of one gate. */
export interface KeyRecords {
  /** @throws SetupError for what none of us has written: to go by less could bring back a key that was revoked */
  read(): Promise<{ readonly version: number; readonly stored: StoredKeys }>;
  /** @returns the new version; undefined where another writer came first. @throws RangeError for more than a record holds */
  write(version: number, stored: StoredKeys): Promise<number | undefined>;
  /** Tells the other gateways on the store that they are to look. Does not reject: they look by themselves as well, less often. */
  announce(): Promise<void>;
  /** Undefined without a storeKey. */
  readonly vault: KeyVault | undefined;
}

/** Seals and opens the secrets of keys. What is sealed names its key, and when that counts: with another state it does not open. */
export interface KeyVault {
  seal(key: Omit<AddedKey, 'sealed'>, secret: Secret): string;
  /** Undefined where it was sealed under another storeKey, or is not as it was sealed. */
  open(key: AddedKey): Secret | undefined;
  markOf(id: string, secret: Secret): string;
  /** Whether a mark is that secret's; undefined where the mark does not open. */
  isMarked(mark: string, id: string, secret: Secret): boolean | undefined;
}

/** Where they are, each under the SHA-256 of its gate’s name. */
export const GATE_KEYS_SPACE = 'gate-keys';
const NOTHING: StoredKeys = { changed: [], added: [] };

export function createKeyRecords(
  gate: string,
  records: Pick<RecordStore, 'get' | 'put'>,
  sealer: Sealer | undefined,
): KeyRecords {
  const key = gateKeysKey(gate);
  return {
    async read() {
      const record = await records.get(GATE_KEYS_SPACE, key);
      if (record === undefined) return { version: 0, stored: NOTHING };
      const stored = storedKeysIn(record.bytes);
      if (stored !== undefined) return { version: record.version, stored };
      throw new SetupError(
        `gates.${gate}.keys`,
        'what was changed of them at run time is in the store, and cannot be read',
        'Put back the store from a backup; a key that was revoked would count again without it.',
      );
    },
    write: (version, stored) =>
      records.put({
        space: GATE_KEYS_SPACE,
        key,
        version,
        bytes: storedKeysBytes(stored),
      }),
    announce: () => markChange(records).catch(() => undefined),
    vault: sealer && createVault(gate, sealer),
  };
}

/** As `storedKeysIn` reads it. */
export function storedKeysBytes(stored: StoredKeys): Uint8Array {
  return Buffer.from(JSON.stringify({ v: 1, ...stored }));
}

/** The key of a gate’s record: a record’s key is bounded, and a gate’s name may be longer. */
export function gateKeysKey(gate: string): string {
  return createHash('sha256').update(gate).digest('hex');
}

/** What the secret of a key that was added is sealed for. */
export function addedKeyContext(
  gate: string,
  { id, state, fromMs, untilMs, encoding, for: purpose }: Omit<AddedKey, 'sealed'>,
): string {
  return JSON.stringify([
    'key of a gate',
    gate,
    id,
    state,
    fromMs ?? null,
    untilMs ?? null,
    encoding ?? null,
    purpose?.action ?? null,
  ]);
}

/** What the mark of a key that was changed is sealed for. */
export function keyMarkContext(gate: string, id: string): string {
  return JSON.stringify(['which key of a gate', gate, id]);
}

function createVault(gate: string, sealer: Sealer): KeyVault {
  return {
    seal: (key, secret) =>
      Buffer.from(sealer.seal(secret.reveal(), addedKeyContext(gate, key))).toString('base64'),
    open(key) {
      const text = sealer.open(Buffer.from(key.sealed, 'base64'), addedKeyContext(gate, key));
      return text === undefined ? undefined : new Secret(text);
    },
    markOf: (id, secret) =>
      Buffer.from(sealer.seal(digestOf(secret), keyMarkContext(gate, id))).toString('base64'),
    isMarked(mark, id, secret) {
      const digest = sealer.open(Buffer.from(mark, 'base64'), keyMarkContext(gate, id));
      return digest === undefined ? undefined : digest === digestOf(secret);
    },
  };
}

function digestOf(secret: Secret): string {
  return createHash('sha256').update(secret.reveal()).digest('hex');
}

/** Undefined for what `write` has not written. */
export function storedKeysIn(bytes: Uint8Array): StoredKeys | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(value) || value['v'] !== 1) return undefined;
  const { changed, added } = value;
  if (!Array.isArray(changed) || !Array.isArray(added)) return undefined;
  const isWhole =
    changed.every((key) => isNamedStatement(key) && isObject(key) && isStatement(key['configured'])) &&
    added.every((key) => isNamedStatement(key) && isObject(key) && typeof key['sealed'] === 'string');
  return isWhole ? { changed, added } : undefined;
}

function isNamedStatement(value: unknown): boolean {
  return isObject(value) && typeof value['id'] === 'string' && isStatement(value);
}

function isStatement(value: unknown): boolean {
  const states: readonly unknown[] = ['active', 'next', 'retiring', 'revoked'] satisfies readonly KeyState[];
  return (
    isObject(value) &&
    states.includes(value['state']) &&
    [value['fromMs'], value['untilMs']].every((time) => time === undefined || typeof time === 'number')
  );
}
