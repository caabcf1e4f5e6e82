/** Transformations: functions of the operator's that make of an event what one destination gets. */
import type { MaybePromise } from '@countersign/core';
import { describeGiven } from '@countersign/core/internal/check-options';
import { SetupError } from '@countersign/core/internal/setup-error';

/** An event, for a transformation to look at. Each has its own: what it does with the bytes changes no other delivery. */
export interface TransformEvent {
  readonly id: string;
  readonly gate: string;
  readonly provider: string;
  /** What its sender calls this kind of event; undefined where it names none. */
  readonly type: string | undefined;
  /** Milliseconds since the epoch. */
  readonly receivedMs: number;
  readonly method: string;
  /** As in the request line. */
  readonly url: string;
  /** As received, without those that carry credentials. */
  readonly headers: TransformHeaders;
  /** As received. */
  readonly body: Uint8Array;
  /** The body as text. @throws TypeError where it is not UTF-8 */
  text(): string;
  /** The body as a value of JSON. @throws SyntaxError where it is none */
  json(): unknown;
}

/** Headers, by name in any case. */
export interface TransformHeaders {
  /** The value; of several, joined by `, `. */
  get(name: string): string | undefined;
  /** Names and values, in their order. */
  entries(): readonly (readonly [string, string])[];
}

/** What is sent in place of the event. What is absent stays as it was received. */
export interface Transformed {
  /** A text, bytes, or what is sent as JSON: an object, a list, a number, true, false or null. At most 16 MB. */
  readonly body?: string | Uint8Array | object | number | boolean | null;
  /** By name in any case: a new value, or null to leave the header out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
}

/** `undefined`: the event is sent as received. `skip`: this destination does not get it. */
export type TransformResult = Transformed | 'skip' | undefined;

/**
 * Runs before each attempt, so that it is the same for all of them if it is the same for one event; a promise is waited for 5 s. What it throws
 * is a failed attempt, and is tried again: the mended function gets the event too.
 */
export type Transform = (event: TransformEvent) => MaybePromise<TransformResult>;

/** Holds between two copies of this package: the gateway's, and that of the module. */
const MARK = Symbol.for('countersign.transform');

/**
 * Declares a transformation: its parameter has a type, and a module that exports one needs no name in the configuration.
 * @throws SetupError for what is no function
 */
export function defineTransform(transform: Transform): Transform {
  if (typeof transform !== 'function') {
    throw new SetupError('transform', `it is ${describeGiven(transform)}`, 'Give a function of the event.');
  }
  Object.defineProperty(transform, MARK, { value: true });
  return transform;
}

/** Whether it was declared as one. */
export function isTransform(value: unknown): value is Transform {
  return typeof value === 'function' && MARK in value;
}
