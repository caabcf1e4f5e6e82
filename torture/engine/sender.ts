/**
 * Sends at full speed over many connections, as webhook senders do: what is not acknowledged is sent again, byte for byte; now and then
 * what is acknowledged as well, or twice at once, or forged. Writes down what it was told.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../scripts/seeded-random.ts';
import { type Exchange, meaningOf } from './answer-meaning.ts';
import { type Address, Connection, ConnectionLost, NoAnswer } from './connection.ts';
import type { Faults } from './fault.ts';
import type { Entry, Ledger } from './ledger.ts';
import { createMilestones, type Milestones } from './milestones.ts';
import type { RequestSource, SentRequest } from './sent-request.ts';

export interface SenderOptions {
  readonly address: Address;
  /** Of the next connection, where several gateways share a store. Default: always `address`. */
  readonly nextAddress?: () => Address;
  readonly connections: number;
  readonly seed: number;
  readonly requests: RequestSource;
  readonly ledger: Ledger;
  readonly faults: Faults;
  /** The gateway is down on purpose: nothing can be sent until this resolves. */
  readonly whenUp: () => Promise<void>;
  /** The sender's clock. */
  readonly now: () => number;
  /** How often the clock was set by now. Default: never. */
  readonly clockSteps?: () => number;
  /** Of the first request. Default 0. */
  readonly firstNumber?: number;
  /** What is answered 503 may be kept: a database may have committed it, and not said so. It is sent again after a moment. Default: it is not kept. */
  readonly isRefusalUnsure?: boolean;
  /** How long after its signature a request may be sent again, so that it is still fresh. Default 4 minutes. */
  readonly freshMs?: number;
}

export interface Sender {
  /** Sends until it is stopped. */
  start(): void;
  /** No new requests; resolves once no answer is awaited. */
  pause(): Promise<void>;
  /** Like `pause`, where the gateway has been ended for good: nothing is awaited of it. */
  abandon(): Promise<void>;
  /** Sends all that is unknown until it is told what became of it. */
  settleUnknown(): Promise<void>;
  /** Sends up to so many acknowledged requests again, each of which must be acknowledged; the newest first. @returns how many */
  repeatAcknowledged(most: number): Promise<number>;
  /** Resolves at the next so many acknowledgements. */
  afterAcknowledged(count: number): Promise<void>;
  /** Resolves at the next so many answers of a status. */
  afterStatus(status: number, count: number): Promise<void>;
  readonly counts: Readonly<SenderCounts>;
  close(): void;
}

export interface SenderCounts {
  sent: number;
  acknowledged: number;
  repeats: number;
  twins: number;
  forged: number;
  lostConnections: number;
  /** By status, all answers. */
  readonly statuses: Map<number, number>;
}

const DEFAULT_FRESH_MS = 4 * 60_000;
/** A request without a signed time is known for a day. */
const REMEMBERED_MS = 23 * 3_600_000;
/** Of a hundred sendings. */
const REPEAT_PERCENT = 5;
const TWIN_PERCENT = 2;
const SETTLES_WITHIN_MS = 60_000;
const REFUSED_MS = 20;
/** Those that a repeat is drawn of. */
const LATEST = 2_000;

export function createSender(options: SenderOptions): Sender {
  return new FullSpeedSender(options);
}

class FullSpeedSender implements Sender {
  readonly #options: SenderOptions;
  readonly #draw: () => number;
  readonly #unknown: Entry[] = [];
  readonly #latest: Entry[] = [];
  readonly counts: SenderCounts = {
    sent: 0,
    acknowledged: 0,
    repeats: 0,
    twins: 0,
    forged: 0,
    lostConnections: 0,
    statuses: new Map(),
  };
  readonly #abandoned = Promise.withResolvers<void>();
  readonly #refused = new Set<Entry>();
  #next: number;
  #isSending = false;
  #lanes: Promise<void>[] = [];
  readonly #connections = new Set<Connection>();
  readonly #milestones = createMilestones();
  readonly #byStatus = new Map<number, Milestones>();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#draw = seededRandom(options.seed);
    this.#next = options.firstNumber ?? 0;
  }

  start(): void {
    this.#isSending = true;
    this.#lanes = Array.from({ length: this.#options.connections }, () => this.#lane(() => this.#drawn()));
  }

  async pause(): Promise<void> {
    this.#isSending = false;
    await Promise.all(this.#lanes);
    this.#lanes = [];
  }

  async abandon(): Promise<void> {
    this.#isSending = false;
    this.#abandoned.resolve();
    await this.pause();
  }

  async settleUnknown(): Promise<void> {
    const endMs = performance.now() + SETTLES_WITHIN_MS;
    for (let left = this.#staying(); left.length > 0; left = this.#staying()) {
      if (performance.now() > endMs) {
        this.#options.faults.add(
          'no-answer',
          `${left.length} requests are not acknowledged, however often they are sent`,
        );
        return;
      }
      this.#unknown.length = 0;
      await this.#sendAll(left);
    }
  }

  async repeatAcknowledged(most: number): Promise<number> {
    const entries = [...this.#options.ledger.entries.values()].filter(
      (entry) => entry.standing === 'acknowledged' && this.#isFresh(entry),
    );
    const latest = entries.slice(-most);
    await this.#sendAll(latest);
    return latest.length;
  }

  afterAcknowledged(count: number): Promise<void> {
    return this.#milestones.after(count);
  }

  afterStatus(status: number, count: number): Promise<void> {
    const milestones = this.#byStatus.get(status) ?? createMilestones();
    this.#byStatus.set(status, milestones);
    milestones.reached(this.counts.statuses.get(status) ?? 0);
    return milestones.after(count);
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #staying(): Entry[] {
    const { ledger } = this.#options;
    return [...ledger.entries.values()].filter(
      (entry) =>
        entry.standing === 'unknown' && !entry.isForged && this.#isFresh(entry) && !this.#refused.has(entry),
    );
  }

  async #sendAll(entries: readonly Entry[]): Promise<void> {
    const rest = [...entries];
    this.#isSending = true;
    const next = (): (() => Promise<void>) | undefined => {
      const entry = rest.pop();
      return entry && (() => this.#again(entry));
    };
    await Promise.all(Array.from({ length: this.#options.connections }, () => this.#lane(next)));
    this.#isSending = false;
  }

  /** Does one thing after the other, until it is stopped or there is nothing left. */
  async #lane(next: () => (() => Promise<void>) | undefined): Promise<void> {
    while (this.#isSending) {
      const send = next();
      if (send === undefined) return;
      await send();
    }
  }

  #drawn(): () => Promise<void> {
    const kind = this.#draw() % 100;
    const unknown = this.#unknown.pop();
    if (unknown !== undefined && this.#isFresh(unknown)) return () => this.#again(unknown);
    const repeat = this.#latest[this.#draw() % Math.max(1, this.#latest.length)];
    if (kind < REPEAT_PERCENT && repeat !== undefined && this.#isFresh(repeat))
      return () => this.#again(repeat);
    return kind < REPEAT_PERCENT + TWIN_PERCENT ? () => this.#twins() : () => this.#new();
  }

  #isFresh({ gate, signedAtS }: Entry): boolean {
    const { freshMs = DEFAULT_FRESH_MS } = this.#options;
    const ageMs = Math.abs(this.#options.now() - signedAtS * 1_000);
    return ageMs < (gate === 'github' ? REMEMBERED_MS : freshMs);
  }

  async #new(): Promise<void> {
    const signedAtS = Math.floor(this.#options.now() / 1_000);
    const request = this.#options.requests.make(this.#next++, signedAtS);
    await this.#send(request, this.#options.ledger.sent(request, signedAtS));
  }

  async #again(entry: Entry): Promise<void> {
    const request = this.#options.requests.make(entry.n, entry.signedAtS);
    this.#options.ledger.sent(request, entry.signedAtS);
    this.counts.repeats++;
    await this.#send(request, entry);
  }

  /** Two copies at once, each over a connection of its own. */
  async #twins(): Promise<void> {
    const signedAtS = Math.floor(this.#options.now() / 1_000);
    const request = this.#options.requests.make(this.#next++, signedAtS);
    const { ledger } = this.#options;
    const entry = ledger.sent(request, signedAtS);
    ledger.sent(request, signedAtS);
    this.counts.twins++;
    await Promise.all([this.#send(request, entry), this.#send(request, entry)]);
  }

  async #send(request: SentRequest, entry: Entry): Promise<void> {
    const wasAcknowledged = entry.standing === 'acknowledged';
    const { faults } = this.#options;
    const clockSteps = this.#options.clockSteps?.();
    let connection: Connection | undefined;
    try {
      connection = await this.#connection();
      this.counts.sent++;
      const wasAlone = entry.inFlight++ === 0;
      const departure = ++entry.departures;
      const answer = await connection.exchange(request.wire).finally(() => entry.inFlight--);
      this.#connections.add(connection);
      const hasTwin = !wasAlone || entry.departures !== departure;
      const hasClockStepped = this.#options.clockSteps?.() !== clockSteps;
      this.#note(entry, { request, answer, hasTwin, wasAcknowledged, hasClockStepped });
      if (answer.status === 503 && this.#options.isRefusalUnsure === true) await delay(REFUSED_MS);
    } catch (error) {
      if (connection !== undefined) this.#connections.delete(connection);
      if (error instanceof NoAnswer) faults.add('no-answer', `request ${request.n}: ${error.message}`);
      else if (!(error instanceof ConnectionLost)) throw error;
      this.counts.lostConnections++;
      if (!request.isForged) this.#unknown.push(entry);
      // Only while it is down: a connection may also be closed by a gateway that refuses a body.
      await this.#whenUp();
    }
  }

  #note(entry: Entry, exchange: Exchange): void {
    const { ledger, faults } = this.#options;
    const { status } = exchange.answer;
    const count = (this.counts.statuses.get(status) ?? 0) + 1;
    this.counts.statuses.set(status, count);
    this.#byStatus.get(status)?.reached(count);
    if (exchange.request.isForged) this.counts.forged++;
    const { means, fault } = meaningOf(exchange);
    if (fault !== undefined) faults.add(fault.code, fault.sentence);
    const isUnsure = means === 'refused-for-now' && this.#options.isRefusalUnsure === true;
    if (means === 'acknowledged') this.#acknowledged(entry);
    else if (means !== 'nothing' && !isUnsure) ledger.told(entry, 'refused');
    if (means === 'refused-for-now') this.#unknown.push(entry);
    // It would be refused for ever.
    else if (means === 'refused') this.#refused.add(entry);
  }

  #acknowledged(entry: Entry): void {
    const isNew = entry.standing !== 'acknowledged';
    this.#options.ledger.told(entry, 'acknowledged');
    if (!isNew) return;
    this.counts.acknowledged++;
    this.#latest[this.counts.acknowledged % LATEST] = entry;
    this.#milestones.reached(this.counts.acknowledged);
  }

  async #whenUp(): Promise<void> {
    await Promise.race([this.#options.whenUp(), this.#abandoned.promise]);
  }

  async #connection(): Promise<Connection> {
    for (const connection of this.#connections) {
      this.#connections.delete(connection);
      if (connection.isOpen) return connection;
    }
    await this.#whenUp();
    return Connection.open(this.#options.nextAddress?.() ?? this.#options.address);
  }
}
