/**
 * Keys that a platform hands over in its test of an address (Asana, Notion). The test carries no proof, and whoever knows the address can send one: a
 * key is taken only while an operator has opened the gate for it, the first that comes and no other, whichever gateway on the store it reaches.
 */
import { isObject } from '@countersign/core/internal/is-object';
import type { KeyConfig } from '../config/config.ts';
import { Secret } from '../config/secret.ts';
import { SECOND } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import { gateKeysKey } from '../sealed/key-records.ts';
import type { Sealer } from '../sealed/seal.ts';
import { createSealedRecords, type ReadRecord, type SealedRecords } from '../sealed/sealed-records.ts';
import type { RecordStore } from '../stores/record-store.ts';
import type { GateKeys } from './gate-keys.ts';
import { addKey, KeyFault } from './key-changes.ts';

export interface KeyDelivery {
  /** Asked of a key that nobody has proved. True: it is kept, and proves requests from now on. */
  take(text: string): Promise<boolean>;
  /** The next key that comes before that is taken. A time that is past closes the gate again. False: others change this at the same time. */
  open(untilMs: number): Promise<boolean>;
  state(): Promise<DeliveryState>;
  /** The key that came while the gate was open, until that time is over, and once: some platforms want it entered again. */
  reveal(): Promise<RevealedKey | undefined>;
}

export interface DeliveryState {
  /** Until when the next key is taken. Undefined: none is. */
  readonly openUntilMs: number | undefined;
  /** The key that came while the gate was open last, as long as it can be revealed. */
  readonly takenKeyId: string | undefined;
}

export interface RevealedKey {
  readonly keyId: string;
  readonly secret: string;
}

export interface KeyDeliveryOptions {
  readonly gate: string;
  readonly keys: Pick<GateKeys, 'change' | 'refresh' | 'current'>;
  readonly records: RecordStore;
  /** Whoever can write the store could open a gate by himself, were it not sealed. */
  readonly sealer: Sealer;
  readonly now: () => number;
  readonly monotonicMs: () => number;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** Where a gate’s opening is, under the SHA-256 of its name. */
const SPACE = 'key-deliveries';
/** Keys that come to a closed gate ask the store so often, however many come. */
const LOOK_AGAIN_MS: number = SECOND;
const MAX_TRIES = 4;

interface Opening {
  readonly untilMs: number;
  readonly keyId?: string;
  readonly isRevealed?: boolean;
}

export function createKeyDelivery(options: KeyDeliveryOptions): KeyDelivery {
  return new Delivery(options);
}

class Delivery implements KeyDelivery {
  readonly #options: KeyDeliveryOptions;
  readonly #records: SealedRecords;
  readonly #recordKey: string;
  #closedUntilMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<ReadRecord | undefined> | undefined;
  /** The id of the key that another one came after. */
  #contested: string | undefined;

  constructor(options: KeyDeliveryOptions) {
    const { records, sealer, gate } = options;
    this.#options = options;
    this.#records = createSealedRecords({ records, space: SPACE, sealer });
    this.#recordKey = gateKeysKey(gate);
  }

  async take(text: string): Promise<boolean> {
    const { gate, keys, now, monotonicMs, log } = this.#options;
    if (monotonicMs() < this.#closedUntilMs) return false;
    this.#looking ??= this.#records.read(this.#recordKey).finally(() => {
      this.#looking = undefined;
    });
    const record = await this.#looking;
    const opening = openingIn(record);
    const nowMs = now();
    if (record === undefined || opening === undefined || !isOpen(opening, nowMs)) {
      this.#closedUntilMs = monotonicMs() + LOOK_AGAIN_MS;
      if (opening !== undefined && nowMs < opening.untilMs) await this.#warnOfSecond(opening, text);
      return false;
    }
    const id = `handed-over-${new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')}`;
    // Of all that come to all gateways one closes it, and before its key counts.
    if (!(await this.#write(record.version, { untilMs: opening.untilMs, keyId: id }))) return false;
    const key = { id, secret: new Secret(text), state: 'active' as const };
    const fault = await keys.change((current) => addKey(current, key));
    if (fault instanceof KeyFault) {
      const why = fault.sentence;
      log.warn(
        { gate, why },
        'a key that was handed over is not taken: open the gate again, and have it sent anew',
      );
      return false;
    }
    log.info(
      { gate, keyId: id },
      'a key was handed over while the gate was open for one: it counts from now on',
    );
    return true;
  }

  async open(untilMs: number): Promise<boolean> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const record = await this.#records.read(this.#recordKey);
      if (!(await this.#write(record?.version ?? 0, { untilMs }))) continue;
      this.#closedUntilMs = Number.NEGATIVE_INFINITY;
      return true;
    }
    return false;
  }

  async state(): Promise<DeliveryState> {
    const opening = openingIn(await this.#records.read(this.#recordKey));
    const nowMs = this.#options.now();
    const taken = opening && isRevealable(opening, nowMs) ? await this.#takenKey(opening) : undefined;
    return {
      openUntilMs: opening && isOpen(opening, nowMs) ? opening.untilMs : undefined,
      takenKeyId: taken?.id,
    };
  }

  async reveal(): Promise<RevealedKey | undefined> {
    const { now } = this.#options;
    const record = await this.#records.read(this.#recordKey);
    const opening = openingIn(record);
    if (record === undefined || opening === undefined || !isRevealable(opening, now())) return undefined;
    const key = await this.#takenKey(opening);
    if (key === undefined || !(await this.#write(record.version, { ...opening, isRevealed: true })))
      return undefined;
    return { keyId: key.id, secret: key.secret.reveal() };
  }

  /** Undefined where the opening was closed for a key that the gate then did not take, or that somebody has removed. */
  async #takenKey({ keyId }: Opening): Promise<KeyConfig | undefined> {
    const { keys } = this.#options;
    // It may have come to another gateway a moment ago.
    await keys.refresh();
    return keys.current.find(({ id }) => id === keyId);
  }

  /** Two have sent a key, and nobody knows which of them is the platform. */
  async #warnOfSecond(opening: Opening, text: string): Promise<void> {
    if (opening.keyId === undefined || this.#contested === opening.keyId) return;
    const key = await this.#takenKey(opening);
    if (key === undefined || key.secret.reveal() === text) return;
    this.#contested = key.id;
    this.#options.log.warn(
      { gate: this.#options.gate, keyId: key.id },
      'a second key was handed over while the gate was open for one, and is not taken: if the first is not your platform’s, revoke it, and open the gate again',
    );
  }

  async #write(version: number, opening: Opening): Promise<boolean> {
    // A record that is over is none: what is written then counts from its end on as never written.
    const endMs = Math.max(opening.untilMs, this.#options.now() + 1);
    return (await this.#records.write(this.#recordKey, version, opening, endMs)) !== undefined;
  }
}

function isOpen({ untilMs, keyId }: Opening, nowMs: number): boolean {
  return keyId === undefined && nowMs < untilMs;
}

function isRevealable({ untilMs, keyId, isRevealed }: Opening, nowMs: number): boolean {
  return keyId !== undefined && isRevealed !== true && nowMs < untilMs;
}

/** Undefined for what was sealed under another storeKey, or is none: the gate is closed then. */
function openingIn(record: ReadRecord | undefined): Opening | undefined {
  const value = record?.value;
  if (!isObject(value) || typeof value['untilMs'] !== 'number') return undefined;
  const { untilMs, keyId, isRevealed } = value;
  if (keyId !== undefined && typeof keyId !== 'string') return undefined;
  return { untilMs, ...(keyId !== undefined && { keyId }), ...(isRevealed === true && { isRevealed }) };
}
