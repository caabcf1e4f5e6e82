/** Seals all of a store's file anew under the current data key. It may be killed at any moment, and is begun again then. */
import { answerContext } from '../claims/first-answer.ts';
import {
  addedKeyContext,
  GATE_KEYS_SPACE,
  gateKeysKey,
  keyMarkContext,
  type StoredKeys,
  storedKeysBytes,
  storedKeysIn,
} from '../sealed/key-records.ts';
import type { KeysetSealer } from '../sealed/keyset-sealer.ts';
import { recordContext } from '../sealed/sealed-records.ts';
import { refusedContext } from '../sealed/sealed-refusals.ts';
import { TOKEN_SPACE, tokenContext } from '../sealed/token-cache.ts';
import { withheldContext } from '../sealed/withheld-headers.ts';
import type { SealedFile, SealedPosition } from '../stores/sqlite-sealed.ts';

export interface Resealed {
  /** Rows that were sealed anew. */
  readonly rows: number;
  /** Sealed values of gates that are not named: they stay under the key they are under, which must stay too. */
  readonly ofOtherGates: number;
  /** Values that do not open although their key is here: they stay under it, and it must stay too. */
  readonly unopened: number;
}

/** Whether nothing is left under a previous key. */
export function isWhole({ ofOtherGates, unopened }: Resealed): boolean {
  return ofOtherGates === 0 && unopened === 0;
}

export interface ResealOptions {
  /** The names of all gates whose keys were changed at run time. */
  readonly gates: readonly string[];
  readonly onProgress: (rows: number) => void;
}

export async function resealAll(
  file: Pick<SealedFile, 'changeAll'>,
  sealer: KeysetSealer,
  { gates, onProgress }: ResealOptions,
): Promise<Resealed> {
  const gateOf = new Map(gates.map((gate) => [gateKeysKey(gate), gate]));
  let ofOtherGates = 0;
  let unopened = 0;
  const renew = (sealed: Uint8Array, context: string): Uint8Array | undefined => {
    if (!sealer.isUnderPrevious(sealed)) return undefined;
    const bytes = sealer.openBytes(sealed, context);
    if (bytes === undefined) unopened++;
    return bytes && sealer.seal(bytes, context);
  };
  const isTextUnderPrevious = (text: string): boolean => sealer.isUnderPrevious(Buffer.from(text, 'base64'));
  const renewKeys = (bytes: Uint8Array, key: string): Uint8Array | undefined => {
    const stored = storedKeysIn(bytes);
    const gate = gateOf.get(key);
    // A gateway does not start with a record that nobody can read.
    if (stored === undefined) unopened++;
    else if (gate === undefined) ofOtherGates += sealedTexts(stored).filter(isTextUnderPrevious).length;
    else return renewedKeys(stored, gate, renew);
    return undefined;
  };
  const rows = await file.changeAll(
    (bytes, position) =>
      position.of === 'record' && position.space === GATE_KEYS_SPACE
        ? renewKeys(bytes, position.key)
        : renew(bytes, contextOf(position)),
    onProgress,
  );
  return { rows, ofOtherGates, unopened };
}

function contextOf(position: SealedPosition): string {
  switch (position.of) {
    case 'record':
      return position.space === TOKEN_SPACE
        ? tokenContext(position.key)
        : recordContext(position.space, position.key);
    case 'refused':
      return refusedContext(position.id, position.part);
    case 'event':
      return withheldContext(position.id);
    case 'claim':
      return answerContext(position.gate, position.identity);
  }
}

function sealedTexts({ added, changed }: StoredKeys): readonly string[] {
  return [...added.map(({ sealed }) => sealed), ...changed.flatMap(({ mark }) => mark ?? [])];
}

/** Undefined where nothing changes. */
function renewedKeys(
  { added, changed }: StoredKeys,
  gate: string,
  renew: (sealed: Uint8Array, context: string) => Uint8Array | undefined,
): Uint8Array | undefined {
  let isChanged = false;
  const renewText = (text: string, context: string): string => {
    const next = renew(Buffer.from(text, 'base64'), context);
    isChanged ||= next !== undefined;
    return next === undefined ? text : Buffer.from(next).toString('base64');
  };
  const next: StoredKeys = {
    changed: changed.map((key) =>
      key.mark === undefined ? key : { ...key, mark: renewText(key.mark, keyMarkContext(gate, key.id)) },
    ),
    added: added.map((key) => ({ ...key, sealed: renewText(key.sealed, addedKeyContext(gate, key)) })),
  };
  return isChanged ? storedKeysBytes(next) : undefined;
}
