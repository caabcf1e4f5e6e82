/** A gate's keys as they count: those of the configuration with what was changed of them, and those that were added. */
import type { KeyConfig } from '../config/config.ts';
import type { AddedKey, ChangedKey, KeyStatement, KeyVault, StoredKeys } from '../sealed/key-records.ts';

export interface KeyEntry {
  readonly key: KeyConfig;
  /** What the configuration says of it; undefined where it was added. */
  readonly configured: KeyStatement | undefined;
}

/** What is in the store and does not count. */
export interface KeyNote {
  readonly code: 'configuration-wins' | 'configured-too' | 'key-unreadable' | 'key-refused';
  readonly keyId: string;
}

/** For the log and the API: what happened, and what to do. */
export function keyNoteText({ code, keyId }: KeyNote): string {
  const key = `key "${keyId}"`;
  if (code === 'configuration-wins')
    return `${key} was changed at run time, and the configuration has changed it since: the configuration counts; change the key again if that is not meant`;
  if (code === 'configured-too')
    return `${key} was added at run time, and the configuration has a key of this id now: the one of the configuration counts`;
  if (code === 'key-refused')
    return `${key} was added at run time, and the gate does not take it beside the configuration’s keys: it proves nothing; remove it, or change the configuration`;
  return `${key} was added at run time under another storeKey: it proves nothing; start the gateway with that storeKey, or remove the key and add it again`;
}

export interface GateKeyList {
  readonly entries: readonly KeyEntry[];
  /** Their secrets do not open: they prove nothing, and are kept for the storeKey that they were sealed under. */
  readonly unreadable: readonly AddedKey[];
  readonly notes: readonly KeyNote[];
}

/**
 * What the configuration says of a key now goes before a change that was made when it said something else: it is the later word. Of the same
 * statement the change counts.
 */
export function mergeKeys(
  configured: readonly KeyConfig[],
  { changed, added }: StoredKeys,
  vault: KeyVault | undefined,
): GateKeyList {
  const notes: KeyNote[] = [];
  const entries: KeyEntry[] = configured.map((key) => {
    const statement = statementOf(key);
    const change = changed.find(({ id }) => id === key.id);
    if (change === undefined) return { key, configured: statement };
    if (isOf(change, key, vault)) return { key: withStatement(key, change), configured: statement };
    notes.push({ code: 'configuration-wins', keyId: key.id });
    return { key, configured: statement };
  });
  const unreadable: AddedKey[] = [];
  for (const stored of added) {
    const { id } = stored;
    const secret = vault?.open(stored);
    if (configured.some((key) => key.id === id)) notes.push({ code: 'configured-too', keyId: id });
    else if (secret === undefined) {
      unreadable.push(stored);
      notes.push({ code: 'key-unreadable', keyId: id });
    } else {
      const { encoding, for: purpose } = stored;
      const key: KeyConfig = {
        id,
        secret,
        state: stored.state,
        ...(encoding && { encoding }),
        ...(purpose && { for: purpose }),
      };
      entries.push({ key: withStatement(key, stored), configured: undefined });
    }
  }
  return { entries, unreadable, notes };
}

/** The same list where the gate does not take the keys that were added: they prove nothing, and can be removed. Undefined where it has none. */
export function withoutAdded(
  { entries, unreadable, notes }: GateKeyList,
  vault: KeyVault | undefined,
): GateKeyList | undefined {
  const added = entries.filter(({ configured }) => configured === undefined);
  if (added.length === 0) return undefined;
  return {
    entries: entries.filter(({ configured }) => configured !== undefined),
    unreadable: [...unreadable, ...storedOf({ entries: added, unreadable: [] }, vault).added],
    notes: [...notes, ...added.map(({ key }): KeyNote => ({ code: 'key-refused', keyId: key.id }))],
  };
}

/** Whether a change was made of the key as the configuration has it now. */
function isOf(change: ChangedKey, key: KeyConfig, vault: KeyVault | undefined): boolean {
  if (!isSameStatement(change.configured, statementOf(key))) return false;
  const isSecret = change.mark === undefined ? undefined : vault?.isMarked(change.mark, key.id, key.secret);
  // Nobody can tell whether it is the same secret: what the configuration has revoked stays revoked.
  return isSecret ?? key.state !== 'revoked';
}

export function isSameStatement(a: KeyStatement, b: KeyStatement): boolean {
  return a.state === b.state && a.fromMs === b.fromMs && a.untilMs === b.untilMs;
}

export function statementOf({ state, fromMs, untilMs }: KeyStatement): KeyStatement {
  return { state, ...(fromMs !== undefined && { fromMs }), ...(untilMs !== undefined && { untilMs }) };
}

export function withStatement(key: KeyConfig, statement: KeyStatement): KeyConfig {
  const { fromMs, untilMs, ...rest } = key;
  const { fromMs: nextFromMs, untilMs: nextUntilMs, state } = statement;
  return {
    ...rest,
    state,
    ...(nextFromMs !== undefined && { fromMs: nextFromMs }),
    ...(nextUntilMs !== undefined && { untilMs: nextUntilMs }),
  };
}

/** What the store is to keep of them. @param vault without one there are no keys that were added */
export function storedOf(
  { entries, unreadable }: Pick<GateKeyList, 'entries' | 'unreadable'>,
  vault: KeyVault | undefined,
): StoredKeys {
  const changed: ChangedKey[] = [];
  const added: AddedKey[] = [...unreadable];
  for (const { key, configured } of entries) {
    const { id, secret, encoding, for: purpose } = key;
    const statement = statementOf(key);
    if (configured === undefined) {
      if (vault === undefined) throw new Error('a key that was added has a storeKey to be sealed with');
      const named = { id, ...statement, ...(encoding && { encoding }), ...(purpose && { for: purpose }) };
      added.push({ ...named, sealed: vault.seal(named, secret) });
    } else if (!isSameStatement(statement, configured)) {
      changed.push({ id, ...statement, configured, ...(vault && { mark: vault.markOf(id, secret) }) });
    }
  }
  return { changed, added };
}
