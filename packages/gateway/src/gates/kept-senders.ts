/** Keeps who still uses a gate’s older proofs across restarts: written every minute and at the end, so that a crash loses a minute’s counts. */

import { isObject } from '@countersign/core/internal/is-object';
import { DAY, MINUTE } from '../config/units.ts';
import type { Part } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import { addSenders, type OldProofSender, type OldProofSenders } from '../modes/old-proof-senders.ts';
import type { Leases } from '../sealed/lease.ts';
import type { SealedRecords } from '../sealed/sealed-records.ts';

export interface KeptSendersOptions {
  /** The gate’s name. */
  readonly gate: string;
  readonly senders: OldProofSenders;
  /** Of the space `SENDERS_SPACE`. */
  readonly records: SealedRecords;
  /** Gateways write one after the other. */
  readonly leases: Leases;
  readonly now: () => number;
  readonly log: Pick<Log, 'warn'>;
}

export const SENDERS_SPACE = 'older-proof-senders';

const WRITE_EVERY_MS: number = MINUTE;
/** A record takes 64 KiB; what seals it takes some of that. */
const MAX_PAGE_BYTES = 48 * 1024;
/** A sender that was not seen for so long uses nothing any more. */
const KEPT_MS: number = 400 * DAY;

/** Reads what was kept, and keeps what comes. */
export async function openKeptSenders(options: KeptSendersOptions): Promise<Part> {
  const { gate, senders, log } = options;
  senders.restore((await readPages(options)).flat());
  let writing = Promise.resolve();
  const writeSoon = (): Promise<void> => {
    writing = writing
      .then(() => exchange(options))
      .catch((error: unknown) => log.warn({ gate, error }, 'who uses older proofs could not be stored'));
    return writing;
  };
  const timer = setInterval(() => void writeSoon(), WRITE_EVERY_MS).unref();
  return {
    drain: () => Promise.resolve(),
    close() {
      clearInterval(timer);
      return writeSoon();
    },
  };
}

/** Adds what was counted here to what is kept, one gateway at a time, and takes over what others have counted. */
async function exchange(options: KeptSendersOptions): Promise<void> {
  const { gate, senders, leases } = options;
  const fresh = senders.takeFresh();
  if (fresh.length === 0) {
    senders.restore((await readPages(options)).flat());
    return;
  }
  try {
    await leases.hold(`${SENDERS_SPACE} ${gate}`, async () => {
      const pages = await readPages(options);
      const all = addSenders(pages.flat(), fresh);
      await writePages(options, pagesOf(all), pages.length);
      senders.restore(all);
    });
  } catch (error) {
    senders.giveBack(fresh);
    throw error;
  }
}

async function readPages({
  gate,
  records,
}: KeptSendersOptions): Promise<readonly (readonly OldProofSender[])[]> {
  const pages: (readonly OldProofSender[])[] = [];
  for (let record = await records.read(keyOf(gate, 0)); record !== undefined; ) {
    pages.push(sendersOf(record.value));
    record = await records.read(keyOf(gate, pages.length));
  }
  return pages;
}

/** @param before how many there are: those that are not needed any more are written empty */
async function writePages(
  { gate, records, now }: KeptSendersOptions,
  pages: readonly (readonly OldProofSender[])[],
  before: number,
): Promise<void> {
  for (let page = 0; page < Math.max(pages.length, before); page++) {
    const key = keyOf(gate, page);
    const { version = 0 } = (await records.read(key)) ?? {};
    await records.write(key, version, pages[page] ?? [], now() + KEPT_MS);
  }
}

function keyOf(gate: string, page: number): string {
  return `${gate} ${page}`;
}

function pagesOf(senders: readonly OldProofSender[]): readonly (readonly OldProofSender[])[] {
  const pages: OldProofSender[][] = [];
  let bytes = MAX_PAGE_BYTES;
  for (const sender of senders) {
    const size = Buffer.byteLength(JSON.stringify(sender)) + 1;
    if (bytes + size > MAX_PAGE_BYTES) {
      pages.push([]);
      bytes = 0;
    }
    pages.at(-1)?.push(sender);
    bytes += size;
  }
  return pages;
}

/** What a version that is to come may have written otherwise is left. */
function sendersOf(value: unknown): readonly OldProofSender[] {
  return Array.isArray(value) ? value.filter(isSender) : [];
}

function isSender(value: unknown): value is OldProofSender {
  if (!isObject(value)) return false;
  const { proof, keyId, subject } = value;
  const areTexts = [proof, keyId, subject ?? ''].every((text) => typeof text === 'string');
  return areTexts && ['requests', 'firstMs', 'lastMs'].every((name) => Number.isSafeInteger(value[name]));
}
