/** What all adapters do between a request's head and its answer. */
import { type Acted, done, failed } from '../acted.ts';
import type { Gate, Received } from '../gate.ts';
import { memberOf } from '../given.ts';
import type { Act } from '../guard.ts';
import type { Accepted, BegunClaim, MaybePromise, Refused, RequestHead } from '../model.ts';
import { REFUSALS } from '../refusals.ts';
import { type GateReply, replyTo } from '../reply.ts';
import { counted } from '../text/amounts.ts';
import { eventOf, type WebhookEvent } from './event.ts';
import type { Settings } from './settings.ts';

/** An answer of this status or above says that nothing was handled: the claim is freed, and the sender's retry runs. */
const FIRST_FAILED_STATUS = 400;

/** 500, in words that say nothing of the reason. */
export const FAILED: GateReply = replyTo({ kind: 'failed', verdict: {} as Accepted, value: undefined });

/** Reads a body; undefined where the sender has gone before its end. */
export type ReadBody = () => Promise<Uint8Array | undefined>;

/**
 * Judges a webhook, whose body is read unless its head is refused, and runs the handler at most once for it; undefined where the sender has gone.
 * @throws what the handler throws, after its claim is freed; SetupError for what is no request
 */
export function receiveWebhook<Payload, T>(
  gate: Gate,
  head: RequestHead,
  readBody: ReadBody,
  run: (event: WebhookEvent<Payload>) => MaybePromise<Acted<T>>,
): Promise<Received<T> | undefined> {
  return receiveWhole(gate, head, readBody, withEvent(gate, run));
}

/** Judges a request that is passed on: its body is read only where the proof covers it. @throws as `receiveWebhook` does */
export async function receiveProof<T>(
  gate: Gate,
  head: RequestHead,
  readBody: ReadBody,
  act: Act<T>,
): Promise<Received<T> | undefined> {
  if (gate.scheme.readsBody) return receiveWhole(gate, head, readBody, act);
  return gate.receive({ ...head, body: new Uint8Array(0) }, act);
}

async function receiveWhole<T>(
  gate: Gate,
  head: RequestHead,
  readBody: ReadBody,
  act: Act<T>,
): Promise<Received<T> | undefined> {
  const early = refuseEarly(gate, head);
  if (early) return { kind: 'refused', verdict: early };
  const body = await readBody();
  return body && gate.receive({ ...head, body }, act);
}

/** What is done with an event, as what is done with a request. */
export function withEvent<Payload, T>(
  { scheme }: Gate,
  run: (event: WebhookEvent<Payload>, claim: BegunClaim | undefined) => MaybePromise<Acted<T>>,
): Act<T> {
  return async (verdict, claim, request) =>
    run(await eventOf<Payload>({ scheme, verdict, claim, request }), claim);
}

/** Refused before the body is read: no body could make it genuine, or it is announced to be too long. */
function refuseEarly(gate: Gate, head: RequestHead): Refused | undefined {
  const early = gate.refuseHead(head);
  if (early) return early;
  const announced = Number(head.headers.single('content-length') ?? 0);
  return announced > gate.maxBodyBytes ? tooLarge(gate, announced) : undefined;
}

function tooLarge(gate: Gate, bodyBytes: number): Refused {
  return {
    ok: false,
    provider: gate.provider,
    reason: 'body-too-large',
    step: 'receive',
    message: `the body has ${counted(bodyBytes, 'byte')}; at most ${gate.maxBodyBytes} are taken`,
    remedy: REFUSALS['body-too-large'].remedy,
    evidence: {
      provider: gate.provider,
      bodyBytes,
      signatures: 0,
      comparisons: 0,
      readingsTried: 0,
      nowMs: Date.now(),
    },
  };
}

/** Done, unless the handler returned `failed()`. */
function acted<T>(value: T): Acted<T> {
  return memberOf(value, 'kind') === 'failed' ? failed(value) : done(value);
}

/** Done, unless the answer says that it was not. */
export function actedByStatus<T>(value: T, status: number): Acted<T> {
  return status < FIRST_FAILED_STATUS ? acted(value) : failed(value);
}

/** 2xx. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * What a request came to that was passed on to others: 2xx uses its proof up, anything else frees it. A nonce, and a token that is consumed, are
 * used up by whatever became of them.
 */
export function actedByPassing<T>({ scheme }: Gate, value: T, isHandled: boolean): Acted<T> {
  return isHandled || scheme.replay?.singleUse === true ? done(value) : failed(value);
}

/** What an answer depends on beside the request. */
export interface AnswerContext {
  /** That of the request: only in HTTP/1 a header ends the connection. */
  readonly httpVersionMajor?: unknown;
  /** What the handler has set, where it sent nothing. Default 200. */
  readonly status?: number;
}

/**
 * The answer to what a request came to; refusals are reported. A status that the handler has set is the answer. Where the rest of a body is not read, the
 * connection ends, for it would be taken for the next request.
 */
export function answerTo(
  received: Received<unknown>,
  { onRefused }: Settings,
  { httpVersionMajor, status = 200 }: AnswerContext = {},
): GateReply {
  const reply = replyTo(received);
  if (received.kind === 'refused') {
    onRefused(received.verdict);
    const isCut = received.verdict.reason === 'body-too-large' && httpVersionMajor === 1;
    return isCut ? { ...reply, headers: { ...reply.headers, connection: 'close' } } : reply;
  }
  if (!isHandled(received) || (received.kind === 'failed' && status < FIRST_FAILED_STATUS)) return reply;
  return status > 200 ? { status, headers: {}, body: '' } : reply;
}

/** Whether a handler ran. */
export function isHandled<T>({ kind }: Received<T>): boolean {
  return kind === 'done' || kind === 'failed';
}
