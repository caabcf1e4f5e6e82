/** Signs a gate's answers, each for the request that it answers (RFC 9421 §2.4). */
import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { type Gate, type KeySpec, type MaybePromise, SetupError } from '@countersign/core';
import { collectBytes } from '@countersign/core/collect-bytes';
import { createResponseGate, type ResponseGate } from '@countersign/core/responses';
import { withRequestId } from '../answers/request-id.ts';
import type { Call, Handled } from '../call.ts';
import type { AnswerSignConfig } from '../config/config.ts';
import { dropBody, errorAnswer, isStream } from '../http-answer.ts';
import { crashOf } from './crash-of.ts';

/** Signs what became, or becomes, of a request that was proved; anything else is left as it is. Does not reject. */
export type AnswerSigner = (call: Signable, handled: MaybePromise<Handled>) => MaybePromise<Handled>;

/** What is looked at before anything is waited for: the request is let go of once it is answered. */
type Signable = Pick<Call, 'request' | 'requestId' | 'onSenderLeft'>;

export interface AnswerSignerParts {
  readonly config: AnswerSignConfig;
  /** The gate's name. */
  readonly gate: string;
  readonly coreGate: Gate;
  readonly keySpecs: readonly KeySpec[] | undefined;
  readonly now: () => number;
}

/** @throws SetupError for options or keys that cannot work, and where no key signs */
export async function createAnswerSigner({
  config,
  gate,
  coreGate,
  keySpecs,
  now,
}: AnswerSignerParts): Promise<AnswerSigner> {
  const { keys: _, maxBodyBytes, ...scheme } = config;
  if (coreGate.proofHeaders.length === 0) {
    throw new SetupError(
      `gates.${gate}.answer.sign`,
      'the proof of the gate’s requests is in no header, so a signed answer would fit every request to its path',
      'Leave it out, or take requests whose proof is in a header.',
    );
  }
  const responses = await namingOption(gate, async () => {
    const tied = createResponseGate({
      scheme,
      ...(keySpecs === undefined ? { gate: coreGate } : { keys: keySpecs }),
      now,
    }).tiedTo(coreGate.proofHeaders);
    await tryToSign(tied, config);
    return tied;
  });
  const signed = (call: Signable, handled: Handled): MaybePromise<Handled> => {
    if (!isProved(handled)) return handled;
    return sign(responses, call, handled, maxBodyBytes).catch((error) => unsigned(handled, error));
  };
  return (call, handled) => {
    const { request, requestId } = call;
    const signable: Signable = {
      request,
      requestId,
      onSenderLeft: (listener) => call.onSenderLeft(listener),
    };
    return handled instanceof Promise
      ? handled.then((value) => signed(signable, value)).catch(crashOf)
      : signed(signable, handled);
  };
}

/** What is proved, and what repeats it; not what a gate that monitors has let through. */
function isProved({ verdict, reason }: Handled): boolean {
  return verdict === 'accepted' || (verdict === 'refused' && reason === 'replayed');
}

async function sign(
  responses: ResponseGate,
  { request, requestId, onSenderLeft }: Signable,
  handled: Handled,
  maxBodyBytes: number,
): Promise<Handled> {
  // A page ends with it: bytes, which is what is signed, are sent as they are.
  const { status, headers, body } = withRequestId(handled.answer, requestId);
  const bytes = isStream(body)
    ? await readStream(body, maxBodyBytes, onSenderLeft)
    : typeof body === 'string'
      ? Buffer.from(body)
      : body;
  if (bytes.length > maxBodyBytes) throw new TooLong(maxBodyBytes);
  const signed = await responses.signResponse(request, { status, headers: pairsOf(headers), body: bytes });
  return { ...handled, answer: { status, headers: signed.headers.flat, body: bytes } };
}

class TooLong extends Error {
  constructor(maxBodyBytes: number) {
    super(`it is longer than answer.sign.maxBody: ${maxBodyBytes} bytes`);
  }
}

/** The whole of a stream, for as long as somebody waits for it. @throws TooLong, and what breaks the stream off */
async function readStream(
  stream: Readable,
  maxBodyBytes: number,
  onSenderLeft: Call['onSenderLeft'],
): Promise<Uint8Array> {
  const collected = collectBytes();
  const forget = onSenderLeft(() => dropBody(stream));
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
      if (collected.length + bytes.length > maxBodyBytes) throw new TooLong(maxBodyBytes);
      collected.add(bytes);
    }
    return collected.take();
  } catch (error) {
    dropBody(stream);
    throw error;
  } finally {
    forget();
  }
}

function pairsOf(flat: readonly string[]): readonly (readonly [string, string])[] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ''] as const] : []));
}

/** Nothing goes out unsigned that could be taken for signed: its client refuses it either way. */
function unsigned(handled: Handled, error: unknown): Handled {
  dropBody(handled.answer.body);
  return {
    ...handled,
    answer: errorAnswer(500, 'internal error'),
    reason: 'action-failed',
    problem: `the answer could not be signed${error instanceof TooLong ? `: ${error.message}` : ''}`,
    remedy:
      'The action has run. Look at the keys and the length of the answer: raise answer.sign.maxBody, or answer with less.',
    error,
  };
}

/** A key that cannot sign is found out at the start. */
async function tryToSign(responses: ResponseGate, { components = [] }: AnswerSignConfig): Promise<void> {
  const named = [components].flat().map((text) => /^[a-z0-9-]+/.exec(text)?.[0]);
  const headers = Object.fromEntries(named.flatMap((name) => (name === undefined ? [] : [[name, '1']])));
  try {
    await responses.signResponse(
      { method: 'GET', url: 'https://localhost/', headers },
      { status: 204, headers },
    );
  } catch (error) {
    if (error instanceof SetupError && error.option === 'keys') throw error;
  }
}

/** Core knows the option, not where it stands: what is of the scheme is written in `sign` itself. */
async function namingOption<T>(gate: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const place = `gates.${gate}.answer.sign`;
    if (error.option === 'gate')
      throw new SetupError(`${place}.keys`, error.problem, 'Give answer.sign keys of its own.');
    throw new SetupError(`${place}.${error.option.replace(/^scheme\./, '')}`, error.problem, error.remedy);
  }
}
