/** What the admin API sends: plain JSON values, times as ISO 8601 in UTC, bytes as base64. */

import type { LiveIssueView } from './issue-types.ts';
import type { KeyView, WarningView } from './key-types.ts';
import type { MonitorView, OlderProofSendersView, OlderProofView, ShadowView } from './mode-types.ts';
import type { VerdictKind } from './verdicts.ts';

/** A gate as it stands. */
export interface GateView {
  readonly name: string;
  /** The pattern as configured, e.g. `/actions/:action`. */
  readonly path: string;
  /** Where senders reach it: `publicUrl` with the pattern. Absent where the configuration has no `publicUrl`. */
  readonly url?: string;
  /** Where the gateway’s own machine reaches it: the public listener with the pattern. */
  readonly localUrl: string;
  /** The environment variable that holds its key, where the configuration names one. */
  readonly keyVariable?: string;
  readonly methods: readonly string[] | 'all';
  /** The provider's id or the scheme's name; `none` where requests are unsigned. */
  readonly provider: string;
  readonly outcome: 'answer' | 'forward' | 'keep' | 'respond';
  readonly keys: readonly KeyView[];
  /** Its platform hands over the key that it signs with: `keyDelivery` says whether the gate takes it. */
  readonly handsOverKey?: true;
  readonly coverage: CoverageView;
  readonly counts: CountsView;
  /** Absent where the gate keeps no refused requests. */
  readonly keepsRefused?: KeepsRefusedView;
  /** Absent where the gate enforces. */
  readonly monitors?: MonitorView;
  /** Absent where the gate takes one proof. */
  readonly olderProofs?: readonly OlderProofView[];
  /** Who still uses them; absent as they are. */
  readonly olderProofSenders?: OlderProofSendersView;
  /** Absent where nothing is verified beside. */
  readonly shadow?: ShadowView;
}

/** What a gate keeps of refused requests. */
export interface KeepsRefusedView {
  readonly atMost: number;
  readonly forSeconds: number;
  /** `memory`: they are gone when the gateway stops. */
  readonly where: 'store' | 'memory';
  /** Those that were not kept since the start: too many came at once, or the store did not take them. */
  readonly leftOut: number;
}

/** Which parts of a request a gate's proof covers, and which it leaves open. */
export interface CoverageView {
  readonly covered: readonly string[];
  readonly open: readonly string[];
  /** Headers that the proof covers besides, or is bound to. */
  readonly headers: readonly string[];
  readonly replay: 'signed-id' | 'message' | 'none';
  /** What whoever captures a request could change or repeat, among others; the grave ones first. */
  readonly warnings: readonly WarningView[];
}

/** A session broker as it stands. */
export interface SessionView {
  readonly name: string;
  readonly broker: string;
  /** Below which path its routes are. */
  readonly at: string;
  readonly token: TokenView;
  /** Why the vendor's server could not be used, where no call has succeeded since. */
  readonly lastFailure?: FailureView;
}

/** `GET /api/onboardings`: of a session whose broker onboards people. */
export interface SessionOnboardingsView {
  readonly session: string;
  /** At most 100, the one seen last first; since the session was opened. */
  readonly onboardings: readonly OnboardingView[];
}

/** What its broker has seen of an onboarding. No person is named in it. */
export interface OnboardingView {
  /** The last characters of the vendor’s id. */
  readonly idEnd: string;
  /** `asked`: its status or its score was read; `finished`: the vendor said so; `failed`: the last call for it did. The others are of its approval. */
  readonly state: 'started' | 'asked' | 'finished' | 'approved' | 'declined' | 'unconfirmed' | 'failed';
  /** The vendor’s word for how it stands; absent where it was not asked yet. */
  readonly status?: string;
  /** Absent: it was started before the session was opened, or elsewhere. */
  readonly startedAt?: string;
  readonly seenAt: string;
}

/** A failure, and what to do. Holds no secret, and nothing that the server said. */
export interface FailureView {
  readonly at: string;
  /** At most 300 characters. */
  readonly message: string;
  readonly remedy: string;
}

/** The upstream's token that a broker works with; never the token itself. */
export interface TokenView {
  /** `due`: good, and to be renewed by the next call. */
  readonly state: 'none' | 'good' | 'due' | 'expired' | 'closed';
  /** Whole seconds; absent where there is no token, or somebody else fetched it. */
  readonly ageSeconds?: number;
  /** Absent where there is no token, or it does not say. */
  readonly expiresAt?: string;
  /** Log-ins that failed since the last that did not. */
  readonly failures: number;
}

/** Requests since the start. */
export interface CountsView {
  readonly accepted: number;
  /** Tests of the endpoint that the platform sent. */
  readonly handshakes: number;
  readonly refused: number;
  /** Refused requests by reason. */
  readonly refusedBy: Readonly<Record<string, number>>;
}

export interface HeaderView {
  readonly name: string;
  /** As text. Empty where it is withheld. */
  readonly value: string;
  /** The bytes, where they are no UTF-8: `value` has a char for each then. */
  readonly valueBase64?: string;
  /** A secret that is not shown: it is in the store, encrypted, or (without a storeKey) was not kept. */
  readonly withheld?: 'sealed' | 'left-out';
}

/** `GET /health`: 503 while the store takes nothing. */
export interface HealthView {
  readonly status: 'healthy' | 'unhealthy';
  /** Unix seconds. */
  readonly timestamp: number;
  /** Why it is unhealthy. */
  readonly reason?: string;
  /** Whether what gateways share claims in answers; absent where claims are not shared. */
  readonly claims?: 'up' | 'down';
  /** What it cannot do though it works, such as learn of keys that another gateway on the store has changed. */
  readonly degraded?: string;
}

/** `GET /ready`: 503 while the gateway drains, or its store takes nothing. */
export interface ReadyView {
  readonly status: 'ready' | 'draining' | 'unready';
  /** Why it is unready. */
  readonly reason?: string;
}

/** What became of a request, as the log has it. Holds no secret, signature, token, query value or body. */
export interface VerdictView {
  readonly time: string;
  readonly requestId: string;
  /** Absent where no gate was found. */
  readonly gate?: string | undefined;
  /** Where a session answered. */
  readonly session?: string | undefined;
  readonly method: string;
  /** Without the query; cut at 200 characters. */
  readonly path: string;
  readonly verdict: VerdictKind;
  /** Why it was refused, or is a repeat; of the table of refusals. */
  readonly reason?: string | undefined;
  /** The step in which it was refused. */
  readonly step?: string | undefined;
  readonly message?: string | undefined;
  /** What to do, where the status is 400 or more. */
  readonly remedy?: string | undefined;
  readonly keyId?: string | undefined;
  /** Whose key it is, where the gate looks keys up by tenant. */
  readonly tenant?: string | undefined;
  readonly reading?: string | undefined;
  /** Which of the gate’s proofs let it in; absent where it has one. */
  readonly proof?: string | undefined;
  /** It is refused, and its gate, which monitors, let it through: `status` is what came of it then. */
  readonly letThrough?: true | undefined;
  /** It is taken for a platform’s probe with a wrong signature (Discord, Xero): refused as it should be, counted apart, and no issue. */
  readonly isProbe?: true | undefined;
  /** What the client has proved in the TLS handshake, where clients are asked for certificates. */
  readonly certificate?: CertificateView | undefined;
  readonly claim?: 'begun' | 'committed' | 'aborted' | 'repeat' | undefined;
  /** The Redis of `claims` could not be asked whether it came before: another gateway may have taken it too. */
  readonly replay?: 'unchecked' | undefined;
  /** Of the event that it was kept as. */
  readonly eventId?: string | undefined;
  /** 32 hex characters: what `releaseClaim` takes. */
  readonly claimId?: string | undefined;
  /** From the second run of the same request on. */
  readonly attempt?: number | undefined;
  readonly status: number;
  readonly durationMs: number;
}

/** A client’s TLS certificate. */
export interface CertificateView {
  /** Its subject alternative names with their kinds, such as `DNS:partner.example`: the first ten. */
  readonly sans: readonly string[];
  /** SHA-256 of its DER, in hex. */
  readonly fingerprint: string;
}

/** Why a request was refused that its gate keeps, found out a moment after its verdict. */
export interface FindingView {
  readonly time: string;
  readonly requestId: string;
  readonly gate: string;
  readonly finding: {
    /** The hypothesis. */
    readonly id: string;
    readonly certainty: 'proved' | 'likely' | 'possible';
    readonly sentence: string;
    /** What to do. */
    readonly mend: string;
  };
}

/** An attempt to deliver an event, as it ends. Holds nothing of the event, nor of what was answered. */
export interface LiveAttemptView {
  readonly time: string;
  /** Whose event it is: a gate’s, or a session’s. */
  readonly gate: string;
  readonly delivery: {
    /** The event’s id. */
    readonly event: string;
    /** What its sender calls it. Absent where its provider names none. */
    readonly type?: string;
    readonly destination: string;
    /** Of this delivery, from 1. */
    readonly attempt: number;
    /** `delivered`, or why not, in kebab case. */
    readonly code: string;
    /** HTTP status, or a command’s exit code. */
    readonly status?: number;
    /** A sentence for the operator. */
    readonly problem?: string;
    readonly tookMs: number;
    /** What becomes of the delivery: it waits for its next attempt, is dead, or was cancelled. */
    readonly state: 'delivered' | 'waiting' | 'dead' | 'cancelled';
    /** When the next attempt is due. */
    readonly dueAt?: string;
  };
}

/** What the live stream brings. */
export type LiveView = VerdictView | FindingView | LiveAttemptView | LiveIssueView;

export interface VerdictQuery {
  /** Only this gate's or session's. */
  readonly gate?: string | undefined;
  /** Only requests of these, and no attempts. */
  readonly verdict?: VerdictKind | undefined;
  /** Only attempts to deliver events of this type, and no requests; so with the next. */
  readonly type?: string | undefined;
  /** Of this event, by its id. */
  readonly event?: string | undefined;
  /** Attempts to deliver to this destination, and its issues; no requests. */
  readonly destination?: string | undefined;
}

/** The data of a stream's event `lost`: items that are not there any more, or came faster than they were read. */
export interface LostView {
  /** Absent where nobody counted them, as after a new start of the gateway. */
  readonly count?: number;
}
