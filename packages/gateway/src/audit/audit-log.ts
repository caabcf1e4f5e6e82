/** Writes the audit log: what is done is written before it is done, and how it ended after. */
import { createSteadyClock } from '@countersign/core';
import { DAY, HOUR, MINUTE } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import type { AuditHead, AuditSeal, AuditStore } from '../stores/audit-store.ts';
import { type AuditedCall, type CallEnd, ENTRY_TEXTS, type RefusedCall } from './audit-entry.ts';

export interface AuditLog {
  /**
   * Writes down that a call begins, durably: who cannot wait for that must not do it.
   * @returns to be called once with how it ended; nobody waits for that to be written
   * @throws StoreError where it could not be written
   */
  begin(call: AuditedCall): Promise<(end: CallEnd) => void>;
  /** Writes down a call that was refused for who made it; of a flood only so many, the others are counted. */
  refused(call: RefusedCall): void;
  /** All that was noted so far is in the store, or will not be. */
  settled(): Promise<void>;
  /** Ends with the head in the log. */
  close(): Promise<void>;
}

export interface AuditLogOptions {
  readonly audit: AuditStore;
  readonly seal: AuditSeal;
  /** Milliseconds for which entries are kept. */
  readonly forMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

/** The head goes into the log so often. */
const HEAD_MS = HOUR;
/** What is kept no longer goes so often: each time leaves an entry. */
const PRUNE_EVERY = DAY / HEAD_MS;
/** Of callers that nobody knows: a hundred thousand entries a year, and some 30 MB, at most. */
const STRANGERS = { requests: 1, perMs: 5 * MINUTE, burst: 20 };
/** Of callers that are logged in, and may not. */
const CALLERS = { requests: 1, perMs: MINUTE, burst: 100 };

/** Writes from its opening on, and looks after it. */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const writer = new AuditWriter(options);
  await writer.logHead();
  return writer;
}

class AuditWriter implements AuditLog {
  readonly #options: AuditLogOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #steady = createSteadyClock();
  /** Each for all of its callers together: a flood of refused calls must not fill the disk. */
  readonly #strangers: RateLimit;
  readonly #callers: RateLimit;
  readonly #pending = new Set<Promise<unknown>>();
  #leftOut = 0;
  #ticks = 0;
  #isClosed = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    const { now } = options;
    this.#strangers = createRateLimit({ ...STRANGERS, now });
    this.#callers = createRateLimit({ ...CALLERS, now });
    this.#steady(now());
    this.#timer = setInterval(() => this.#note(this.#tick()), HEAD_MS).unref();
  }

  async begin(call: AuditedCall): Promise<(end: CallEnd) => void> {
    const { seq } = await this.#append(ENTRY_TEXTS.called({ ...call, at: this.#options.now() }));
    return ({ status, code }) => {
      const ended = this.#append(ENTRY_TEXTS.ended({ at: this.#options.now(), ends: seq, status, code }));
      this.#note(
        ended.catch((error: unknown) =>
          this.#options.log.error(
            { error, auditSeq: seq, status, code },
            'how a call of the admin API ended is not in the audit log',
          ),
        ),
      );
    };
  }

  refused(call: RefusedCall): void {
    const limit = call.who === undefined ? this.#strangers : this.#callers;
    if (limit.take('') > 0) {
      this.#leftOut++;
      return;
    }
    const written = this.#append(ENTRY_TEXTS.refused({ ...call, at: this.#options.now() }));
    this.#note(
      written.catch(() => {
        this.#leftOut++;
      }),
    );
  }

  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.settled();
    await this.#noteLeftOut();
    await this.logHead();
  }

  /** The log is elsewhere, or should be: who cuts off the end of the chain cannot reach this. */
  async logHead(): Promise<void> {
    const { audit, log } = this.#options;
    const head = await audit.head().catch(() => undefined);
    if (head === undefined) return;
    const { seq, mac, keyId } = head;
    log.info(
      { auditSeq: seq, auditMac: Buffer.from(mac).toString('hex'), auditKey: keyId },
      'the head of the audit log',
    );
  }

  async #tick(): Promise<void> {
    await this.#noteLeftOut();
    if (this.#ticks++ % PRUNE_EVERY === 0) await this.#prune();
    await this.logHead();
  }

  async #noteLeftOut(): Promise<void> {
    const count = this.#leftOut;
    if (count === 0) return;
    this.#leftOut = 0;
    await this.#append(ENTRY_TEXTS.leftOut({ at: this.#options.now(), count })).catch(() => {
      this.#leftOut += count;
    });
  }

  async #prune(): Promise<void> {
    const { audit, seal, forMs, now, log } = this.#options;
    const beforeMs = this.#steady(now()) - forMs;
    try {
      for (let removed = 1; removed > 0 && !this.#isClosed; )
        removed = await audit.prune(beforeMs, (cut) => ENTRY_TEXTS.pruned({ ...cut, at: now() }), seal);
    } catch (error) {
      log.warn({ error }, 'old entries of the audit log could not be removed; it is tried again tomorrow');
    }
  }

  #append(entry: string): Promise<AuditHead> {
    return this.#options.audit.append(entry, this.#options.seal);
  }

  #note(work: Promise<unknown>): void {
    const noted = work.finally(() => this.#pending.delete(noted));
    this.#pending.add(noted);
  }
}
