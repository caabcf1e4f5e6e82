/**
 * What happens, for whoever listens: server-sent events. Between the source and the listeners stands one ring of the last items. A listener
 * is a place in it: who reads slowly holds no memory, waits for nobody and loses what falls out of the ring.
 */

import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import type { LostView } from '@countersign/api';
import { MINUTE, SECOND } from '../config/units.ts';

export interface FeedLimits {
  /** How many items are remembered, for who reads slowly or comes back. */
  readonly remembered: number;
  readonly maxListeners: number;
  /** How long items are remembered when the last listener has left. */
  readonly keepMs: number;
  /** How often something is written at least, so that neither side waits for the other on a dead connection. */
  readonly heartbeatMs: number;
}

/** A verdict takes some 600 bytes, and as much again once somebody was sent it: with these some megabyte while somebody listens. */
const LIMITS: FeedLimits = { remembered: 1024, maxListeners: 16, keepMs: MINUTE, heartbeatMs: 15 * SECOND };

/** Items that come together are sent together: that takes a write for them all. */
const GATHER_MS = 20;
/** So much is written at once, and no more until it is taken. */
const PIECE_CHARS = 16_384;
/** Who has taken nothing for so many heartbeats is let go, and may come back for what is remembered. */
const MAX_STALLED_BEATS = 4;

export interface FeedOptions<Item> {
  /**
   * Calls `push` with each item until the result is called, and `lose` where it has left some out: undefined where it does not know how many.
   * Nothing is asked of the source while nobody listens.
   */
  readonly source: (push: (item: Item) => void, lose: (count: number | undefined) => void) => () => void;
  readonly limits?: FeedLimits;
}

export interface JoinOptions<Item> {
  /** The id of the last item that the listener had. One that is not known here gets all that is remembered. Undefined: what comes from now on. */
  readonly lastEventId: string | undefined;
  /** Undefined: every item is wanted. */
  readonly isWanted?: ((item: Item) => boolean) | undefined;
}

export class LiveFeed<Item> {
  readonly #source: FeedOptions<Item>['source'];
  readonly #limits: FeedLimits;
  readonly #listeners = new Set<Listener<Item>>();
  /** An item's place is its number modulo the length. */
  readonly #ring: (Remembered<Item> | undefined)[] = [];
  #oldest = 1;
  #next = 1;
  /** The last gap that is not remembered any more. */
  #forgottenGap = 0;
  /** Tells this feed's ids from those of another start, and of before everybody had left. */
  #era = '';
  #stopSource: (() => void) | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #forgetting: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor({ source, limits = LIMITS }: FeedOptions<Item>) {
    this.#source = source;
    this.#limits = limits;
  }

  /** Why nobody may join now. */
  get refusal(): 'closed' | 'full' | undefined {
    if (this.#isClosed) return 'closed';
    return this.#listeners.size >= this.#limits.maxListeners ? 'full' : undefined;
  }

  /** Writes items to a stream; the result ends that. Only where there is no `refusal`. */
  join(to: Writable, { lastEventId, isWanted }: JoinOptions<Item>): () => void {
    this.#start();
    const listener: Listener<Item> = {
      to,
      isWanted,
      ...this.#placeAfter(lastEventId, isWanted !== undefined),
      isWaiting: false,
      stalledBeats: 0,
    };
    this.#listeners.add(listener);
    to.on('drain', () => {
      listener.isWaiting = false;
      if (this.#listeners.has(listener)) this.#send(listener);
    });
    // The place, for who is cut off before anything happens.
    this.#write(listener, `retry: 1000\nid: ${this.#idOf(listener.next - 1)}\n\n`);
    this.#send(listener);
    return () => this.#leave(listener);
  }

  /** Ends every stream, and lets nobody join. */
  close(): void {
    this.#isClosed = true;
    for (const listener of this.#listeners) {
      this.#send(listener);
      listener.to.end();
    }
    this.#listeners.clear();
    this.#stop();
  }

  #start(): void {
    clearTimeout(this.#forgetting);
    this.#heartbeat ??= setInterval(() => this.#beat(), this.#limits.heartbeatMs).unref();
    if (this.#stopSource !== undefined) return;
    this.#era = randomBytes(4).toString('hex');
    this.#stopSource = this.#source(
      (item) => this.#push({ item, text: undefined }),
      (count) => this.#push({ count }),
    );
  }

  #leave(listener: Listener<Item>): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#forgetting = setTimeout(() => this.#stop(), this.#limits.keepMs).unref();
  }

  #stop(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#gathering);
    clearTimeout(this.#forgetting);
    this.#heartbeat = undefined;
    this.#gathering = undefined;
    this.#stopSource?.();
    this.#stopSource = undefined;
    this.#ring.length = 0;
    this.#oldest = 1;
    this.#next = 1;
    this.#forgottenGap = 0;
  }

  /** Called by the source: all that it waits for. */
  #push(remembered: Remembered<Item>): void {
    if (this.#next - this.#oldest === this.#limits.remembered) this.#forgetOldest();
    this.#ring[this.#next % this.#limits.remembered] = remembered;
    this.#next++;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      for (const listener of this.#listeners) this.#send(listener);
    }, GATHER_MS).unref();
  }

  #forgetOldest(): void {
    for (const listener of this.#listeners) {
      if (listener.next !== this.#oldest) continue;
      const remembered = this.#at(this.#oldest);
      if (!('item' in remembered)) addGap(listener, remembered);
      else if (isFor(listener, remembered)) listener.lost++;
      listener.next++;
    }
    if (!('item' in this.#at(this.#oldest))) this.#forgottenGap = this.#oldest;
    this.#oldest++;
  }

  /** Where a listener begins, and what it has lost there. */
  #placeAfter(
    lastEventId: string | undefined,
    isChoosing: boolean,
  ): Pick<Listener<Item>, 'next' | 'lost' | 'isUncounted'> {
    if (lastEventId === undefined) return { next: this.#next, lost: 0, isUncounted: false };
    const [, era, number] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(lastEventId) ?? [];
    const next = Number(number) + 1;
    if (era !== this.#era || next > this.#next) return { next: this.#oldest, lost: 0, isUncounted: true };
    const lost = Math.max(0, this.#oldest - next);
    // Nobody knows any more which of them it would have wanted, or how many a gap stood for.
    const isUncounted = lost > 0 && (isChoosing || next <= this.#forgottenGap);
    return { next: Math.max(next, this.#oldest), lost: isUncounted ? 0 : lost, isUncounted };
  }

  /** Writes what the listener has not had, as far as it takes it. */
  #send(listener: Listener<Item>): void {
    while (!listener.isWaiting) {
      const text = lostText(listener) + this.#takeText(listener);
      if (text === '') return;
      this.#write(listener, text);
    }
  }

  #takeText(listener: Listener<Item>): string {
    let text = '';
    while (listener.next < this.#next && text.length < PIECE_CHARS) {
      const number = listener.next++;
      const remembered = this.#at(number);
      if (!('item' in remembered)) {
        addGap(listener, remembered);
        text += lostText(listener);
        continue;
      }
      if (!isFor(listener, remembered)) continue;
      remembered.text ??= `id: ${this.#idOf(number)}\ndata: ${JSON.stringify(remembered.item)}\n\n`;
      text += remembered.text;
    }
    return text;
  }

  #write(listener: Listener<Item>, text: string): void {
    listener.isWaiting = !listener.to.write(text);
    listener.stalledBeats = 0;
  }

  #beat(): void {
    for (const listener of this.#listeners) {
      // The place goes on where nothing of it is wanted.
      if (!listener.isWaiting) this.#write(listener, `:\nid: ${this.#idOf(listener.next - 1)}\n\n`);
      else if (++listener.stalledBeats >= MAX_STALLED_BEATS) listener.to.destroy();
    }
  }

  #idOf(number: number): string {
    return `${this.#era}-${number}`;
  }

  #at(number: number): Remembered<Item> {
    const remembered = this.#ring[number % this.#limits.remembered];
    if (remembered === undefined) throw new RangeError('no such item is remembered');
    return remembered;
  }
}

type Remembered<Item> = RememberedItem<Item> | Gap;

/** What the source has left out. */
interface Gap {
  readonly count: number | undefined;
}

interface RememberedItem<Item> {
  readonly item: Item;
  /** As it is sent; made for the first listener who gets it. */
  text: string | undefined;
}

interface Listener<Item> {
  readonly to: Writable;
  readonly isWanted: JoinOptions<Item>['isWanted'];
  /** The number of the next item to look at. */
  next: number;
  /** Wanted, and gone before they could be sent. */
  lost: number;
  /** Whether more than these were lost, nobody knows how many. */
  isUncounted: boolean;
  /** Until it takes what was written. */
  isWaiting: boolean;
  stalledBeats: number;
}

/** Nobody knows which of them a listener that chooses would have wanted. */
function addGap<Item>(listener: Listener<Item>, { count }: Gap): void {
  if (count === undefined || listener.isWanted !== undefined) listener.isUncounted = true;
  else listener.lost += count;
}

function isFor<Item>({ isWanted }: Listener<Item>, { item }: RememberedItem<Item>): boolean {
  return isWanted === undefined || isWanted(item);
}

/** Tells a listener of what it has lost, once. */
function lostText<Item>(listener: Listener<Item>): string {
  const { lost, isUncounted } = listener;
  if (lost === 0 && !isUncounted) return '';
  listener.lost = 0;
  listener.isUncounted = false;
  const data: LostView = isUncounted ? {} : { count: lost };
  return `event: lost\ndata: ${JSON.stringify(data)}\n\n`;
}
