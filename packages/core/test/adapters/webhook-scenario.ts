/**
 * What an adapter is set up with in the contract, and what it records: plain data, since the adapter may run in another process or runtime than the
 * suite. Without anything of Node's.
 */
import { createGate, failed, type Gate, type GateOptions, SetupError } from '@countersign/core';
import type { AdapterOptions, WebhookEvent } from '@countersign/core/fetch';

export const SECRET = 'a secret of thirty-two characters';

/** What the handler comes to. `…-first`: in its first attempt, after which it ends well. */
export type HandlerKind = 'ends' | 'ends-later' | 'throws-first' | 'fails-first' | 'says-422-first';

/** A gate with the contract's secret, GitHub's where no other is declared, and what stands around it. */
export interface Scenario {
  readonly gate: Pick<GateOptions, 'provider' | 'scheme' | 'maxBodyBytes'>;
  readonly handler: HandlerKind;
  readonly trustProxy: boolean;
  /** Has a parser read each JSON body before. */
  readonly isParsed: boolean;
}

export interface EventRecord {
  readonly bodyBase64: string;
  /** Undefined where it threw, whose name is `payloadError`. */
  readonly payload?: unknown;
  readonly payloadError?: string;
  readonly text: string;
  readonly type?: string;
  readonly attempt: number;
  readonly provider: string;
  readonly keyId: string;
  readonly url: string;
  readonly identityBytes?: number;
}

export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  /** Of a SetupError. */
  readonly option?: string;
  readonly remedy?: string;
}

/** What has become of a scenario's requests, in their order. */
export interface AdapterRecord {
  readonly events: EventRecord[];
  /** The reasons. */
  readonly refusals: string[];
  readonly errors: ErrorRecord[];
}

export interface Setup {
  readonly gate: Gate;
  /** Given the event, and whatever its framework gives beside it. */
  readonly handler: (event: WebhookEvent, ...context: readonly unknown[]) => unknown;
  readonly options: AdapterOptions;
  readonly isParsed: boolean;
}

/** What to set an adapter up with, and where it records. */
export function setUp({ gate, handler, trustProxy, isParsed }: Scenario): Setup & {
  readonly record: AdapterRecord;
} {
  const record: AdapterRecord = { events: [], refusals: [], errors: [] };
  const isDeclared = gate.scheme !== undefined || gate.provider !== undefined;
  return {
    gate: createGate({ ...(!isDeclared && { provider: 'github' as const }), keys: [SECRET], ...gate }),
    handler: (event, ...context) => {
      record.events.push(eventRecord(event));
      if (handler === 'says-422-first') return event.attempt === 1 ? say422(context) : undefined;
      return outcomeOf(handler, event.attempt);
    },
    options: {
      trustProxy,
      onRefused: ({ reason }) => record.refusals.push(reason),
      onError: (error) => record.errors.push(errorRecord(error)),
    },
    isParsed,
    record,
  };
}

function outcomeOf(handler: HandlerKind, attempt: number): unknown {
  if (handler === 'ends-later') return Promise.resolve();
  if (attempt > 1 || handler === 'ends') return undefined;
  return handler === 'fails-first' ? failed() : Promise.reject(new Error('the database is away'));
}

/** By the means of whichever framework it is: a status alone where there are such means, else an answer. */
function say422(context: readonly unknown[]): unknown {
  for (const value of context.toReversed() as readonly Means[]) {
    if (typeof value?.code === 'function') return void value.code(422);
    if (typeof value?.status === 'function') return void value.status(422);
    if (typeof value?.status === 'number') return void Object.assign(value, { status: 422 });
    if (typeof value?.statusCode === 'number') return void Object.assign(value, { statusCode: 422 });
    if (typeof value?.requestContext === 'object') return { statusCode: 422 };
  }
  return new Response(null, { status: 422 });
}

/** Of Fastify’s reply, Express’ response and Hono’s context, Koa’s context, Node’s response, Lambda’s event. */
type Means =
  | {
      readonly code?: (status: number) => unknown;
      readonly status?: number | ((status: number) => unknown);
      readonly statusCode?: number;
      readonly requestContext?: object;
    }
  | undefined;

function eventRecord(event: WebhookEvent): EventRecord {
  const { body, type, attempt, verdict, request, claim } = event;
  return {
    bodyBase64: btoa(Array.from(body, (byte) => String.fromCharCode(byte)).join('')),
    ...payloadOf(event),
    text: event.text,
    ...(type !== undefined && { type }),
    attempt,
    provider: verdict.provider,
    keyId: verdict.keyId,
    url: request.url,
    ...(claim && { identityBytes: claim.identity.length }),
  };
}

function payloadOf(event: WebhookEvent): Pick<EventRecord, 'payload' | 'payloadError'> {
  try {
    return { payload: event.payload };
  } catch (error) {
    return { payloadError: (error as Error).name };
  }
}

/** An error as plain data. */
export function errorRecord(error: unknown): ErrorRecord {
  const { name, message } = error as Error;
  if (!(error instanceof SetupError)) return { name, message };
  return { name, message, option: error.option, remedy: error.remedy };
}
