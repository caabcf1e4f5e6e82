/** One request at its gate, and what became of it. */
import type { Readable } from 'node:stream';
import type { VerdictKind, VerdictView } from '@countersign/api';
import type {
  Accepted,
  BegunClaim,
  Gate,
  RefusalReason,
  Refused,
  Refusing,
  Repeat,
  SignedRequest,
  Step,
} from '@countersign/core';
import type { HttpAnswer } from './http-answer.ts';
import type { Part } from './lifecycle.ts';
import type { PathParams } from './paths/path-table.ts';
import type { RequestTrace } from './telemetry/tracer.ts';

/** What an outcome is given. */
export interface Call {
  readonly request: SignedRequest;
  /** The body where it is passed on while it comes: that of `request` is empty then. Undefined: it is whole. */
  readonly bodyStream?: BodyStream | undefined;
  readonly requestId: string;
  /** The path without the query, as received. */
  readonly path: string;
  /** From the `?` on as received, or empty. */
  readonly query: string;
  readonly params: PathParams;
  /** The client's: the socket's, or what trusted proxies say. */
  readonly remoteAddress: string;
  /** The trusted proxy that it came from, whose X-Forwarded headers are believed. */
  readonly proxyAddress?: string | undefined;
  /** Undefined at a gate of unsigned requests. */
  readonly accepted: Accepted | undefined;
  /** Undefined where the gate claims nothing. */
  readonly claim: BegunClaim | undefined;
  /** Whether nobody could be asked if it came before: another gateway may have taken it too. */
  readonly isUnchecked?: boolean;
  /** Whether its gate monitors now: whoever gets the request is told the verdict. */
  readonly isMonitored?: boolean;
  /** Why its gate, which monitors, would have refused it. Undefined: it is accepted. */
  readonly refused?: Refused | undefined;
  /** Which of the gate's proofs let it in. Undefined: it has one. */
  readonly proof?: { readonly label: string; readonly scheme: Gate['scheme'] } | undefined;
  /** Undefined where traces are off. */
  readonly trace?: RequestTrace | undefined;
  /** Answers now what `run` will settle later: the claim stays held until then, so that no retry runs beside it. */
  answerEarly(reply: Reply): void;
  /** Calls `listener` once if the sender's connection ends before the result of this is called. */
  onSenderLeft(listener: () => void): () => void;
  /** A streamed answer broke off after its head was sent: logs why. */
  streamFailed(error: unknown): void;
}

/** A call whose proof is yet to be judged. */
export interface OpenCall extends Call {
  accepted: Call['accepted'];
  claim: Call['claim'];
  isUnchecked?: boolean;
  isMonitored?: boolean;
  refused?: Call['refused'];
  proof?: Call['proof'];
}

/** Why a body does not come to its end. */
export type StreamFault = 'body-too-large' | 'sender-left';

export interface StreamListener {
  /** The body breaks off, and its stream with it. */
  onFault(fault: StreamFault): void;
  /** Who is waited for: for the sender's next piece, or for the reader to take one or to make do with what it has. */
  onTurn(turn: 'sender' | 'reader'): void;
}

/** A body that is passed on while it comes. */
export interface BodyStream {
  /** By Content-Length; undefined where the sender does not say. */
  readonly length: number | undefined;
  /** Starts reading, once: the sender is told to continue. Where the reader destroys the stream, what still comes is read over. */
  open(listener: StreamListener): Readable;
}

/** What an outcome came to. */
export interface Reply {
  readonly answer: HttpAnswer;
  /** Why it failed. */
  readonly reason?: RefusalReason;
  /** For the log: what was wrong. Holds none of the input’s values. */
  readonly problem?: string;
  /** What an operator should do; absent: what the reason's row says. */
  readonly remedy?: string | undefined;
  /** The request was for setting up what its sender sends: no event, and counted as a test. */
  readonly isHandshake?: true;
  /** What becomes of the claim: aborted, the sender may try again. Default: committed where there is no reason. */
  readonly claim?: 'committed' | 'aborted';
  /** Of the event that it was kept as. */
  readonly eventId?: string;
  /** Whether somebody has acted on the request, or may have: then a proof that is for one request is used up, whatever became of it. */
  readonly passedOn?: boolean;
  /** For the log. */
  readonly error?: unknown;
}

/** What a gate does with an accepted request; and how its refusals look. Drained, it answers at once what waits, and what runs goes on. */
export interface Outcome extends Part {
  readonly kind: 'answer' | 'forward' | 'keep' | 'respond';
  /** Acts. Does not throw and does not reject: a failure is a reply with a reason. */
  run(call: Call): Reply | Promise<Reply>;
  /** What the sender of a refused request learns: the same bytes for every reason of one status. */
  refusal(refused: Refusing): HttpAnswer;
  /** A platform's test of `action`: the platform's own answer, or that there is no such action. */
  handshake(test: HandshakeTest): Reply;
}

export interface HandshakeTest {
  readonly action?: string;
  readonly params: PathParams;
  /** What the platform wants to hear. */
  readonly answer: HttpAnswer;
}

export type ClaimState = NonNullable<VerdictView['claim']>;

/** What became of a request. */
export interface Handled {
  readonly answer: HttpAnswer;
  readonly verdict: VerdictKind;
  readonly reason?: RefusalReason | undefined;
  readonly step?: Step | undefined;
  readonly problem?: string | undefined;
  /** What an operator should do; absent: what the reason's row says. */
  readonly remedy?: string | undefined;
  readonly keyId?: string | undefined;
  /** Whose key it is. Absent: keys are of no tenant. */
  readonly tenant?: string | undefined;
  readonly reading?: string | undefined;
  /** Which of the gate's proofs let it in. Absent: it has one. */
  readonly proof?: string | undefined;
  /** It is refused as it should be, and taken for a platform's probe with a wrong signature: no alarm. */
  readonly isProbe?: true | undefined;
  /** It is refused, and its gate, which monitors, let it through. */
  readonly letThrough?: true | undefined;
  readonly claim?: ClaimState | undefined;
  /** Of a repeat: what became of the first. Absent: it was taken. */
  readonly repeat?: Repeat | undefined;
  /** Of the event that it was kept as. */
  readonly eventId?: string | undefined;
  /** The claim’s identity, by which an operator can release it. */
  readonly claimId?: Uint8Array | undefined;
  readonly error?: unknown;
}
