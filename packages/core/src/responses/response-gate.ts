/** The gate for the way back: signs responses, and judges those of others (RFC 9421 §2.4). */
import { andThen } from '../and-then.ts';
import { buildJudge } from '../build-judge.ts';
import { checkOptions, IS, type OptionRules } from '../check-options.ts';
import { KeyFault } from '../crypto/backend.ts';
import type { Gate } from '../gate.ts';
import { describeGiven, memberOf } from '../given.ts';
import { checkKeySpecs } from '../key-specs.ts';
import type { KeyInput, KeyRing } from '../keys.ts';
import type { MaybePromise, SignedRequest } from '../model.ts';
import { judge } from '../pipeline.ts';
import type { JudgingGate } from '../pipeline-gate.ts';
import { DEFAULT_MAX_BODY_BYTES, type RequestSource, readRequest } from '../request-from.ts';
import type { MessageSignatureOptions } from '../schemes/message-signatures/policy.ts';
import {
  type AnsweredRequest,
  createResponseScheme,
  readResponseSignatures,
  tiedTo,
} from '../schemes/message-signatures/response-scheme.ts';
import { withSignature } from '../schemes/message-signatures/sign-message.ts';
import { SetupError } from '../setup-error.ts';
import { counted } from '../text/amounts.ts';
import { optionsForKeysOf, type ResponseSchemeOptions } from './http-message-signatures.ts';
import { provedResponse } from './proved-response.ts';
import { type ResponseSource, readResponse, type SignedResponse, webResponse } from './response-from.ts';
import { aboutResponse, type ResponseVerdict } from './response-verdict.ts';

export interface ResponseGateOptions {
  /**
   * How responses are signed, with the names of a declared scheme of HTTP message signatures. `components` may name parts of the
   * request with `;req`. Default: `@status`, `content-type`, `content-digest`, `location`, `@method;req`, `@target-uri;req`: a field of the
   * response where the response has it. With `gate` it has that
   * gate’s algorithm, and origin.
   */
  readonly scheme?: ResponseSchemeOptions;
  /** At least one; the first active one signs, which is then a secret or a private key. Give these or `gate`. */
  readonly keys?: readonly KeyInput[];
  /** A gate of HTTP message signatures and a list of keys, which sign, and verify, responses as well. */
  readonly gate?: Gate;
  /**
   * Lower-case names of the headers that carry a request’s proof. A response must cover each that its request has, with `;req`: it is then of this
   * very request, and of no other that is equal to it. Default: `signature` and `signature-input`; with `gate`, the gate’s.
   */
  readonly proofHeaders?: readonly string[];
  /** Takes secrets of less than 8 bytes. Default false. */
  readonly allowShortKey?: boolean;
  /** Of a response that is judged. Default 1,048,576. */
  readonly maxBodyBytes?: number;
  /** The clock: milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

export interface ResponseGate {
  readonly keys: KeyRing;
  /**
   * Signs the response to a request: with Content-Digest where it has a body, Signature-Input and Signature.
   * @throws SetupError where no key can sign, where request or response lack a part that is to be covered, and for what is neither
   */
  signResponse(request: RequestSource, response: ResponseSource): MaybePromise<SignedResponse>;
  /**
   * Judges the response to a request as it was sent. Whatever is not proved is refused: no signature, one of another response, of another
   * request’s, by another key, too old, over too little.
   * @throws SetupError for what is no request, and no response
   */
  verifyResponse(request: RequestSource, response: ResponseSource): MaybePromise<ResponseVerdict>;
  /** The same of a web `Response`, for handlers that give one: its body is read up to `maxBodyBytes`. @throws SetupError as `signResponse` does, and for a longer one */
  signedResponse(request: RequestSource, response: Response): Promise<Response>;
  /**
   * What fetch came to, with the bytes that were proved in place of its stream, and of its headers those that the signature covers, and
   * the signature: what nobody proved decides nothing. All that came is in the verdict of `verifyResponse`.
   * @param request as it was sent
   * @throws UnprovedResponse for a response that is refused, and as `verifyResponse` does
   */
  provedResponse(request: RequestSource, response: Response): Promise<Response>;
  /** The same gate for requests whose proof is in other headers, e.g. `gate.proofHeaders`. */
  tiedTo(proofHeaders: readonly string[]): ResponseGate;
}

/**
 * Builds a gate for responses.
 * @throws SetupError for an unknown option or one of the wrong kind, for no keys, an empty one, or one that does not decode.
 *
 * @example
 * const responses = createResponseGate({ scheme: { algorithm: 'ed25519' }, keys: [{ id: 'us', secret: process.env.RESPONSE_KEY }] });
 * const { status, headers, body } = await responses.signResponse(request, { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' });
 */
export function createResponseGate(options: ResponseGateOptions): ResponseGate {
  checkOptions<ResponseGateOptions>(options, RULES);
  const { gate, scheme = {}, keys, proofHeaders = gate?.proofHeaders ?? DEFAULT_PROOF_HEADERS } = options;
  if ((gate === undefined) === (keys === undefined)) {
    throw new SetupError(
      keys === undefined ? 'keys' : 'gate',
      keys === undefined ? 'there are none, and no gate' : 'keys are given as well',
      'Give one of them.',
    );
  }
  if (keys !== undefined) checkKeySpecs(keys);
  const written = gate === undefined ? scheme : optionsForKeysOf(gate, scheme);
  const read = readResponseSignatures({ ...written });
  const { now, maxBodyBytes, keys: ring } = judgeOf(options, read);
  return gateOf({ read, keys: () => gate?.keys ?? ring, now, maxBodyBytes }, proofHeaders);
}

/**
 * Signs one response. Reads the keys each time: for many, keep a gate.
 * @throws SetupError as `createResponseGate` does, and its `signResponse`
 */
export function signResponse(
  request: RequestSource,
  response: ResponseSource,
  options: ResponseGateOptions,
): MaybePromise<SignedResponse> {
  return createResponseGate(options).signResponse(request, response);
}

/**
 * Judges one response. Reads the keys each time: for many, keep a gate.
 * @throws SetupError as `createResponseGate` does, and its `verifyResponse`
 */
export function verifyResponse(
  request: RequestSource,
  response: ResponseSource,
  options: ResponseGateOptions,
): MaybePromise<ResponseVerdict> {
  return createResponseGate(options).verifyResponse(request, response);
}

const DEFAULT_PROOF_HEADERS: readonly string[] = ['signature', 'signature-input'];

const RULES: OptionRules<ResponseGateOptions> = {
  scheme: IS.record,
  keys: IS.list,
  gate: { expected: 'what createGate makes', isValid: (value) => memberOf(value, 'scheme') !== undefined },
  proofHeaders: { expected: 'a list of lower-case header names', isValid: areNames },
  allowShortKey: IS.flag,
  maxBodyBytes: IS.count,
  now: IS.function,
};

function areNames(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((name) => typeof name === 'string' && /^[a-z0-9_-]+$/.test(name))
  );
}

function judgeOf(options: ResponseGateOptions, read: MessageSignatureOptions): JudgingGate {
  const { keys, gate, allowShortKey, maxBodyBytes, now } = options;
  const scheme = createResponseScheme(read);
  const common = { ...(maxBodyBytes !== undefined && { maxBodyBytes }), ...(now && { now }) };
  if (gate !== undefined) {
    return { scheme, keys: gate.keys, maxBodyBytes: DEFAULT_MAX_BODY_BYTES, now: Date.now, ...common };
  }
  return buildJudge(
    { keys: keys as readonly KeyInput[], allowShortKey: allowShortKey ?? false, ...common },
    scheme,
  );
}

interface ResponseGateParts {
  readonly read: MessageSignatureOptions;
  /** Those of a gate can be replaced. */
  readonly keys: () => KeyRing;
  readonly now: () => number;
  readonly maxBodyBytes: number;
}

function gateOf(parts: ResponseGateParts, proofHeaders: readonly string[]): ResponseGate {
  const { keys, now, maxBodyBytes } = parts;
  const options = tiedTo(parts.read, proofHeaders);
  const scheme = createResponseScheme(options);
  const gate: ResponseGate = {
    get keys() {
      return keys();
    },
    async signedResponse(request, response) {
      const signed = await gate.signResponse(request, response);
      if (signed.body.length > maxBodyBytes) {
        throw new SetupError(
          'response.body',
          `the body is longer than ${counted(maxBodyBytes, 'byte')}`,
          'Raise maxBodyBytes, or answer with less.',
        );
      }
      return webResponse(signed, response);
    },
    async provedResponse(request, response) {
      return provedResponse(await gate.verifyResponse(request, response), response);
    },
    signResponse(request, response) {
      return andThen(readExchange(request, response, maxBodyBytes), (exchange) =>
        andThen(signed(options, keys(), exchange, now()), responseOf),
      );
    },
    verifyResponse(request, response) {
      return andThen(readExchange(request, response, maxBodyBytes), (exchange) =>
        andThen(
          judge({ scheme, keys: keys(), maxBodyBytes, now }, exchange),
          (verdict): ResponseVerdict =>
            verdict.ok ? { ...verdict, response: responseOf(exchange) } : aboutResponse(verdict),
        ),
      );
    },
    tiedTo(others) {
      if (!areNames(others)) {
        throw new SetupError(
          'proofHeaders',
          `it is ${describeGiven(others)}`,
          `Give ${RULES.proofHeaders.expected}, e.g. gate.proofHeaders.`,
        );
      }
      return gateOf(parts, others);
    },
  };
  return gate;
}

function readExchange(
  request: RequestSource,
  response: ResponseSource,
  maxBodyBytes: number,
): MaybePromise<AnsweredRequest> {
  return andThen(readRequest(request, Number.MAX_SAFE_INTEGER), (answered: SignedRequest) =>
    andThen(readResponse(response, maxBodyBytes), ({ status, headers, body }): AnsweredRequest => {
      const { method, url } = answered;
      return { method, url, headers, body, status, answered };
    }),
  );
}

function responseOf({ status, headers, body }: AnsweredRequest): SignedResponse {
  return { status, headers, body };
}

/** A key that verifies and cannot sign is the operator’s to mend. */
async function signed(
  options: MessageSignatureOptions,
  keys: KeyRing,
  exchange: AnsweredRequest,
  nowMs: number,
): Promise<AnsweredRequest> {
  try {
    return await withSignature(options, { key: keys.signing(nowMs), timestampMs: nowMs }, exchange);
  } catch (error) {
    if (!(error instanceof KeyFault)) throw error;
    throw new SetupError('keys', error.message, 'Give a private half: a public one verifies only.');
  }
}
