/** The ring of keys that are published at one address. */
import { type FoundKeys, isWithin, type KeyInfo, type KeyQuery, type KeyRing } from '../../../keys.ts';
import { type Objection, objection } from '../../../objection.ts';
import type { DirectoryContext, KeyDocumentSource } from './fetch-key-document.ts';
import { createKeyDirectory, type DirectoryKeys } from './key-directory.ts';
import type { PublishedKey } from './published-key.ts';
import {
  answersTo,
  foundPublished,
  namesOf,
  publishedKeyInfo,
  publishedRingKey,
  refusePublished,
} from './published-ring-key.ts';

type Infos = Map<string, ReturnType<typeof publishedKeyInfo>>;

/**
 * The ring of one address: a JWKS, a key directory, a UCP profile, or what the entry of an agent in a `brand.json` names.
 * @param byThumbprint whether keys are named by their thumbprint alone
 */
export function createAddressRing(
  source: KeyDocumentSource,
  byThumbprint: boolean,
  context: DirectoryContext,
): KeyRing {
  const directory = createKeyDirectory(source, context);
  const infos: Infos = new Map();
  const list = (): readonly KeyInfo[] => listOf(directory.now(), infos);
  let last: DirectoryKeys['keys'];
  const keysFor = (query: KeyQuery, { keys = [], failure }: DirectoryKeys): FoundKeys => {
    // Another document is another list.
    if (keys !== last) forgetOthers(infos, keys);
    last = keys;
    const named = namesOf(query).flatMap((name) =>
      keys
        .filter((key) => answersTo(key, name, byThumbprint) && isWithin(key, query.nowMs))
        .map((key) => publishedRingKey(key, infoOf(infos, key), name ?? idOf(key))),
    );
    return foundPublished(named, list, named.length > 0 ? undefined : noneOf(failure, keys.length > 0));
  };
  return {
    list,
    find(query) {
      const names = namesOf(query);
      const isWanted = (key: PublishedKey): boolean =>
        names.some((name) => answersTo(key, name, byThumbprint));
      const keys = directory.find(query.nowMs, isWanted);
      return keys instanceof Promise ? keys.then((fetched) => keysFor(query, fetched)) : keysFor(query, keys);
    },
    written: [],
    signing: refusePublished,
  };
}

function noneOf(failure: string | undefined, hasKeys: boolean): Objection {
  return failure !== undefined && !hasKeys
    ? objection('keys-unavailable', `the keys cannot be had: ${failure}`)
    : objection(
        'unknown-key',
        'none of the keys at the address has the id that the signature names, and is valid now',
        'Compare its keyid with what the sender publishes; a key that was added is seen once the cooldown of the last fetch is over.',
      );
}

/** A key that is published no more is counted anew if it comes back. */
function forgetOthers(infos: Infos, keys: readonly PublishedKey[]): void {
  const ids = new Set(keys.map(idOf));
  for (const id of infos.keys()) if (!ids.has(id)) infos.delete(id);
}

function idOf({ kid, thumbprint }: PublishedKey): string {
  return kid ?? thumbprint;
}

function infoOf(infos: Infos, key: PublishedKey): ReturnType<typeof publishedKeyInfo> {
  const id = idOf(key);
  const info = infos.get(id) ?? publishedKeyInfo(id, key.strengthBits);
  infos.set(id, info);
  return info;
}

/** Before there are keys, one line stands for them, so that an operator sees their state. */
function listOf({ keys, failure }: DirectoryKeys, infos: Infos): readonly KeyInfo[] {
  const warnings = failure === undefined ? [] : [{ code: 'set-not-refreshed', fault: failure } as const];
  if (!keys) return [{ id: 'jwks', state: 'active', hits: 0, warnings }];
  return keys.map((key) => ({ ...infoOf(infos, key), warnings }));
}
