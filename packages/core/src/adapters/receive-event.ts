/** What all adapters do between reading a request and writing its answer. */
import { type Acted, done, failed } from '../acted.ts';
import type { Gate, Received } from '../gate.ts';
import { memberOf } from '../given.ts';
import type { Accepted, MaybePromise, Refused, RequestHead, SignedRequest } from '../model.ts';
import { REFUSALS } from '../refusals.ts';
import { type GateReply, replyTo } from '../reply.ts';
import type { RequestParts } from '../request-from.ts';
import { counted } from '../text/amounts.ts';
import { eventOf, type WebhookEvent } from './event.ts';
import type { Settings } from './settings.ts';

/** An answer of this status or above says that nothing was handled: the claim is freed, and the sender's retry runs. */
export const FIRST_FAILED_STATUS = 400;

/** 500, in words that say nothing of the reason. */
export const FAILED: GateReply = replyTo({ kind: 'failed', verdict: {} as Accepted, value: undefined });

/** Refused before the body is read: no body could make it genuine, or it is announced to be too long. */
export function refuseEarly(gate: Gate, head: RequestHead): Refused | undefined {
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
export function outcomeOf<T>(value: T): Acted<T> {
  return memberOf(value, 'kind') === 'failed' ? failed(value) : done(value);
}

/** Done, unless the answer says that it was not. */
export function outcomeOfStatus<T>(value: T, status: number): Acted<T> {
  return status < FIRST_FAILED_STATUS ? outcomeOf(value) : failed(value);
}

/** 2xx. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * What a request came to that was passed on to others: 2xx uses its proof up, anything else frees it. A nonce, and a token that is consumed, are
 * used up by whatever became of them.
 */
export function outcomeOfPassing<T>({ scheme }: Gate, value: T, isHandled: boolean): Acted<T> {
  return isHandled || scheme.replay?.singleUse === true ? done(value) : failed(value);
}

/**
 * Judges a request, and runs the handler at most once for it.
 * @throws what the handler throws, after its claim is freed; SetupError for what is no request
 */
export async function receiveEvent<Payload, T>(
  gate: Gate,
  request: RequestParts | SignedRequest,
  run: (event: WebhookEvent<Payload>) => MaybePromise<Acted<T>>,
): Promise<Received<T>> {
  return gate.receive(request, async (verdict, claim, judged) =>
    run(await eventOf<Payload>({ scheme: gate.scheme, verdict, claim, request: judged })),
  );
}

/** The answer to what `receiveEvent` came to; refusals are reported. */
export function answerTo(received: Received<unknown>, { onRefused }: Settings): GateReply {
  if (received.kind === 'refused') onRefused(received.verdict);
  return replyTo(received);
}
