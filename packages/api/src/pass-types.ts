/** Wire types of requests that the gateway signs and sends to itself: an event or a refused request again, a test call of an action. */
import type { HeaderView } from './types.ts';

/** What became of a request that the gateway has signed, and sent to its own public listener. */
export interface PassedView {
  readonly gate: string;
  /** As its answer and its line in the log have it. */
  readonly requestId: string;
  readonly method: string;
  readonly url: string;
  /** Whether it was taken, and why not. */
  readonly verdict: PassedVerdictView;
  readonly status: number;
  readonly headers: readonly HeaderView[];
  /** The first 256 KB of the answer. */
  readonly bodyBase64: string;
  /** Whether the answer is longer, or went on when no more of it was waited for. */
  readonly isCut: boolean;
  /** From the first byte sent to the last that was read. */
  readonly durationMs: number;
  /** The request's query, and the answer's headers and body, are left out: they may repeat what the gate masks. */
  readonly masked?: true;
}

export interface PassedVerdictView {
  readonly kind: 'accepted' | 'refused' | 'handshake' | 'unsigned';
  readonly keyId?: string;
  /** Whose key it is, where the gate looks keys up by tenant. */
  readonly tenant?: string;
  /** Of a refused one, and of an outcome that failed. */
  readonly reason?: string;
  readonly step?: string;
  readonly message?: string;
  readonly remedy?: string;
}

/** `GET /api/actions`: the actions of a gate. */
export interface GateActionsView {
  readonly gate: string;
  /** The provider's id or the scheme's name; `none` where requests are unsigned. */
  readonly provider: string;
  /** The pattern as configured. */
  readonly path: string;
  /** How its answers look: `flowent`, `page` or `json`. */
  readonly as: string;
  /** Whether `GET /api/gates/:gate/registration` has a plan: its actions are registered with a platform. */
  readonly registers: boolean;
  readonly actions: readonly ActionView[];
}

export interface ActionView {
  readonly name: string;
  readonly description: string;
  /** A JSON Schema. Absent: the schema says nothing of itself. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** How long a call may take, waiting included. */
  readonly deadlineMs: number;
  /** Ids of the keys whose requests may run it. */
  readonly keys: readonly string[];
}

/** One call of an action, whoever made it. */
export interface ActionRunView {
  readonly at: string;
  readonly gate: string;
  readonly action: string;
  readonly requestId: string;
  readonly durationMs: number;
  readonly status: number;
  /** Why it failed. Absent: it did not. */
  readonly reason?: string;
}

export interface ActionTestBody {
  /** A JSON object, as text: at most 256 KB. Default `{}`. */
  readonly input?: string | undefined;
}

export interface ActionRunQuery {
  /** Only this gate's. */
  readonly gate?: string | undefined;
}
