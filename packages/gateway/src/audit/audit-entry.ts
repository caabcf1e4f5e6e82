/** What stands in an entry of the audit log: made here, and read here. */
import { isObject } from '@countersign/core/internal/is-object';

/** Who did it. */
export interface AuditCaller {
  readonly name: string;
  readonly role: string;
  /**
   * How the caller proved to be that: `token`, `password`, `oidc`; `file`: a command that opened the store’s file; `signal`: the gateway’s process was
   * sent one; `program`: the one that the gateway runs in.
   */
  readonly by: string;
}

export type ShownValue = string | number | boolean;
export type ShownValues = Readonly<Record<string, ShownValue>>;

/** A call that changes or reveals something. */
export interface AuditedCall {
  readonly kind: 'change' | 'reveal';
  readonly who: AuditCaller;
  /** The address that it came from; undefined of a command. */
  readonly from: string | undefined;
  /** The route’s name. */
  readonly route: string;
  /** What it is done to: the parameters of the route’s path. */
  readonly target: ShownValues;
  /** The other parameters. */
  readonly input: ShownValues;
}

/** A call that was refused because of who made it. */
export interface RefusedCall {
  /** Undefined: nobody that is known. */
  readonly who: AuditCaller | undefined;
  readonly from: string | undefined;
  /** Undefined where it was refused before a route was looked for. */
  readonly route: string | undefined;
  /** What it was about, where that may be told. Default: nothing. */
  readonly target?: ShownValues;
  readonly status: number;
  readonly code: string;
}

/** How a call ended. */
export interface CallEnd {
  readonly status: number;
  /** The problem’s; undefined where it was done. */
  readonly code: string | undefined;
}

interface Written {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Each kind of entry as the text that is stored. */
export const ENTRY_TEXTS = {
  called: ({ at, kind, who, from, route, target, input }: AuditedCall & Written): string =>
    textOf({ kind, at, who: clippedCaller(who), from, route, target, input }),
  ended: ({ at, ends, status, code }: CallEnd & Written & { readonly ends: number }): string =>
    textOf({ kind: 'ended', at, ends, status, code }),
  refused: ({ at, who, from, route, target, status, code }: RefusedCall & Written): string =>
    textOf({ kind: 'refused', at, who: who && clippedCaller(who), from, route, target, status, code }),
  leftOut: ({ at, count }: Written & { readonly count: number }): string =>
    textOf({ kind: 'left-out', at, count }),
  pruned: ({
    at,
    through,
    mac,
    count,
  }: Written & { readonly through: number; readonly mac: Uint8Array; readonly count: number }): string =>
    textOf({ kind: 'pruned', at, through, mac: Buffer.from(mac).toString('hex'), count }),
  keyChanged: ({ at, from, to }: Written & { readonly from: string; readonly to: string }): string =>
    textOf({ kind: 'key-changed', at, fromKey: from, toKey: to }),
};

function textOf(entry: object): string {
  return JSON.stringify(entry);
}

/** Longer ones are not shown. */
export const MAX_SHOWN_CHARS = 200;

function clippedCaller({ name, role, by }: AuditCaller): AuditCaller {
  return { name: name.slice(0, MAX_SHOWN_CHARS), role, by };
}

/** An entry’s members, as far as they are what they should be; undefined for a text that is no entry. */
export function readEntry(text: string): ReadEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { kind, at } = value;
  return typeof kind === 'string' && typeof at === 'number' ? { ...value, kind, at } : undefined;
}

export interface ReadEntry extends Readonly<Record<string, unknown>> {
  readonly kind: string;
  readonly at: number;
}
