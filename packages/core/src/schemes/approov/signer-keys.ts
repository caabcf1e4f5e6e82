/** Which key proves a message signature. */
import { type FoundKeys, type RingKey, unusableBecause } from '../../keys.ts';
import type { Candidate } from '../message-signatures/find-signatures.ts';
import type { InstallKey } from './install-key.ts';

/** The gate’s keys for account message signatures, or the token’s own. */
export type SignerKeys = readonly RingKey[] | InstallKey;

/** The first that a key proves: one label is looked for, and its signature is of one of the texts. */
export async function findProved(
  keys: SignerKeys,
  candidates: readonly Candidate[],
): Promise<{ readonly candidate: Candidate; readonly scope: string } | undefined> {
  for (const candidate of candidates) {
    const scope = await findScope(keys, candidate);
    if (scope !== undefined) return { candidate, scope };
  }
  return undefined;
}

/** The scope of nonces of the key that proves the signature; undefined where none does. */
export async function findScope(
  keys: SignerKeys,
  { base, signatures }: Candidate,
): Promise<string | undefined> {
  if ('scope' in keys) return (await keys.proof.find([base], signatures)) >= 0 ? keys.scope : undefined;
  for (const key of keys) {
    if ((await key.proof.find([base], signatures)) < 0) continue;
    key.hit();
    return 'account';
  }
  return undefined;
}

/** Which key that may not prove does, in words; undefined where none does. A ring has at most 16. */
export async function unusableProof(
  keys: FoundKeys | undefined,
  candidates: readonly Candidate[],
  nowMs: number,
): Promise<string | undefined> {
  let sentence: string | undefined;
  for (const { info, proof } of keys?.unusable(nowMs) ?? []) {
    for (const { base, signatures } of candidates) {
      if ((await proof.find([base], signatures)) < 0) continue;
      sentence ??= `key "${info.id}" proves the message signature, but ${unusableBecause(info, nowMs)}`;
    }
  }
  return sentence;
}
