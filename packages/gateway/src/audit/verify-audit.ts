/** Looks whether the audit log is whole: each entry under its MAC, none missing, and the heads that a log has told of in it. */
import { createSlices } from '../loop-slices.ts';
import { NO_KEY } from '../sealed/store-key-uses.ts';
import type { AuditHead, AuditReader, AuditSeal, StoredAuditEntry } from '../stores/audit-store.ts';
import { readEntry } from './audit-entry.ts';

/** A head that was noted outside of the store. */
export interface NotedHead {
  readonly seq: number;
  /** 64 hex characters. */
  readonly mac: string;
}

export type AuditFault =
  /** Nothing after it can be relied upon. */
  | 'entry-changed'
  | 'entries-missing'
  | 'entries-returned'
  | 'end-missing'
  | 'head-differs'
  | 'other-key'
  | 'no-key';

export interface AuditFinding {
  readonly code: AuditFault;
  /** The entry that it begins at. */
  readonly seq: number;
  readonly problem: string;
}

export interface AuditReport {
  /** How many were looked at: all, but where one is broken those before it. */
  readonly entries: number;
  /** Whether the chain is under a storeKey. */
  readonly isKeyed: boolean;
  readonly head: NotedHead | undefined;
  /** Noted heads that are older than the first entry: nothing can be said of them. */
  readonly headsTooOld: number;
  /** Empty where all is whole. */
  readonly findings: readonly AuditFinding[];
}

export interface PreviousSeal {
  readonly seal: AuditSeal;
  readonly through: number;
  readonly mac: string;
}

export interface VerifyAuditOptions {
  readonly reader: AuditReader;
  /** Of the storeKey there is now; the one without a key where there is none. */
  readonly seal: AuditSeal;
  /** Of storeKeys before: up to which entry each counts, and that entry’s MAC in hex. Default: none. */
  readonly previous?: readonly PreviousSeal[];
  /** Checks what was written without a storeKey. */
  readonly keyless: AuditSeal;
  readonly heads: readonly NotedHead[];
  readonly signal?: AbortSignal;
}

/** Read in less than a millisecond. */
const PAGE = 200;
const NO_MAC: Uint8Array = new Uint8Array(32);
const SLICE_MS = 2;
/** Stretches under other keys are told of one by one up to here. */
const MAX_FINDINGS = 20;

export async function verifyAudit(options: VerifyAuditOptions): Promise<AuditReport> {
  const { reader } = options;
  for (;;) {
    const pruned = (await reader.lastPruning())?.seq;
    const report = await new Verification(options).run();
    // The oldest may have been removed, as too old, while they were looked at.
    if ((await reader.lastPruning())?.seq === pruned) return report;
  }
}

class Verification {
  readonly #options: VerifyAuditOptions;
  readonly #heads = new Map<number, Set<string>>();
  readonly #findings: AuditFinding[] = [];
  #last: AuditHead = { seq: 0, keyId: '', mac: NO_MAC };
  #firstSeq = 1;
  #entries = 0;
  #isBroken = false;

  constructor(options: VerifyAuditOptions) {
    this.#options = options;
    for (const { seq, mac } of options.heads)
      this.#heads.set(seq, (this.#heads.get(seq) ?? new Set()).add(mac.toLowerCase()));
  }

  async run(): Promise<AuditReport> {
    const { reader, seal, signal } = this.#options;
    // What comes meanwhile is for the next time.
    const until = (await reader.head())?.seq ?? 0;
    await this.#findBeginning();
    this.#noteEarlier();
    const slice = createSlices(SLICE_MS);
    for (let after = Number.MIN_SAFE_INTEGER, more = true; more && !this.#isBroken; ) {
      const page = await reader.follow(after, PAGE);
      for (const entry of page) {
        signal?.throwIfAborted();
        if (entry.seq > until || !this.#take(entry)) break;
        await slice();
      }
      after = page.at(-1)?.seq ?? after;
      more = page.length === PAGE && after < until;
    }
    if (!this.#isBroken) this.#compareEnd();
    const { seq, mac } = this.#last;
    return {
      entries: this.#entries,
      isKeyed: seal.keyId !== NO_KEY,
      head: seq === 0 ? undefined : { seq, mac: hex(mac) },
      headsTooOld: [...this.#heads.keys()].filter((noted) => noted < this.#firstSeq - 1).length,
      findings: this.#findings,
    };
  }

  /** Where the oldest entries were removed, an entry further on says where the chain goes on; it is checked when it comes. */
  async #findBeginning(): Promise<void> {
    const pruning = await this.#options.reader.lastPruning();
    const entry = pruning && readEntry(pruning.entry);
    const through = entry?.['through'];
    const mac = entry?.['mac'];
    if (typeof through !== 'number' || typeof mac !== 'string' || !/^[0-9a-f]{64}$/.test(mac)) return;
    this.#last = { seq: through, keyId: '', mac: Buffer.from(mac, 'hex') };
    this.#firstSeq = through + 1;
    this.#compareHead(this.#last);
  }

  /** Who has a key of before can write what came under it anew, but not so that it ends as it did. */
  #noteEarlier(): void {
    for (const { through, mac } of this.#options.previous ?? [])
      if (through >= this.#firstSeq)
        this.#heads.set(through, (this.#heads.get(through) ?? new Set()).add(mac));
  }

  /** @returns whether the next one can be looked at */
  #take(entry: StoredAuditEntry): boolean {
    const { seq, keyId, mac } = entry;
    const expected = this.#last.seq + 1;
    if (seq < expected) {
      return this.#break('entries-returned', seq, `Entry ${seq} is there, and was removed as too old.`);
    }
    if (seq > expected) {
      const which = seq - 1 === expected ? `Entry ${expected} is` : `Entries ${expected} to ${seq - 1} are`;
      return this.#break('entries-missing', expected, `${which} missing.`);
    }
    const seal = this.#sealOf(keyId, seq);
    if (
      seal !== undefined &&
      hex(seal.macOf({ seq, previous: this.#last.mac, entry: entry.entry })) !== hex(mac)
    ) {
      return this.#break(
        'entry-changed',
        seq,
        `Entry ${seq} is not what was written: it was changed, or it stands in the place of another.`,
      );
    }
    if (keyId !== this.#last.keyId) this.#noteKey(seq, keyId, seal);
    this.#last = { seq, keyId, mac };
    this.#entries++;
    this.#compareHead(entry);
    return true;
  }

  #sealOf(keyId: string, seq: number): AuditSeal | undefined {
    const { seal, keyless, previous = [] } = this.#options;
    const ofItsTime = previous.filter(({ through }) => seq <= through).map((each) => each.seal);
    return [seal, ...ofItsTime, keyless].find((candidate) => candidate.keyId === keyId);
  }

  #noteKey(seq: number, keyId: string, seal: AuditSeal | undefined): void {
    if (keyId === this.#options.seal.keyId || (seal !== undefined && keyId !== NO_KEY)) return;
    if (seal === undefined) {
      this.#find(
        'other-key',
        seq,
        `From entry ${seq} on the log is chained under another storeKey (${JSON.stringify(keyId.slice(0, 40))}): it cannot be checked with this one.`,
      );
    } else {
      this.#find(
        'no-key',
        seq,
        `From entry ${seq} on the log was written without the storeKey: whoever could write the file can have written it.`,
      );
    }
  }

  #compareHead({ seq, mac }: AuditHead): void {
    const noted = this.#heads.get(seq);
    if (noted === undefined || (noted.size === 1 && noted.has(hex(mac)))) return;
    this.#find(
      'head-differs',
      seq,
      `Entry ${seq} is not the one that the noted head names: the log was written anew, or the store was restored from a backup.`,
    );
  }

  #compareEnd(): void {
    const farthest = Math.max(0, ...this.#heads.keys());
    const { seq } = this.#last;
    if (farthest <= seq) return;
    this.#find(
      'end-missing',
      seq + 1,
      `The log ends with entry ${seq}, and a noted head names entry ${farthest}: the end was cut off, or the store was restored from a backup.`,
    );
  }

  #break(code: AuditFault, seq: number, problem: string): false {
    this.#isBroken = true;
    this.#findings.push({ code, seq, problem });
    return false;
  }

  #find(code: AuditFault, seq: number, problem: string): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ code, seq, problem });
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
