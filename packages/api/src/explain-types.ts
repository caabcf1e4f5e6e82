/** Wire types of explanations: a request’s way through its gate, and why it was refused. */

/** `GET /api/events/:id/trace`, `GET /api/refused/:id/trace`, `POST /api/explain`. Holds no key and no signature that a key would make. */
export interface ExplanationView {
  /** The gate that judged. */
  readonly gate: string;
  /** Its provider’s id, or the scheme’s name. */
  readonly provider: string;
  /** As at which time it was judged. */
  readonly judgedAt: string;
  readonly verdict: TracedVerdictView;
  /** All ten, in their order. */
  readonly steps: readonly TracedStepView[];
  /** The likeliest first; empty where nothing is claimed. */
  readonly findings: readonly TracedFindingView[];
  /** `budget`: the time for trials was over before all was tried. `long-body`: the body is longer than 64 KB, and was not written otherwise. */
  readonly untried: readonly ('budget' | 'long-body')[];
  /** What the proof was held against, by each reading. Absent where it is not shown. */
  readonly messages?: readonly TracedMessageView[];
  /** What the sender has signed, beside what arrived, where a finding tells. */
  readonly diff?: ByteDiffView;
  /** What else to know, as whole sentences. */
  readonly notes: readonly string[];
  /** Something of the request is hidden: messages, differences and evidence are not shown. */
  readonly masked?: true;
  /** Of a pasted request: which form it was read as, e.g. `curl`. */
  readonly form?: string;
}

export interface TracedVerdictView {
  readonly ok: boolean;
  /** Of an accepted one: the key that proved it, and by which reading. */
  readonly keyId?: string;
  /** Whose key it is, where the gate looks keys up by tenant. */
  readonly tenant?: string;
  readonly reading?: string;
  /** Of a refused one. */
  readonly reason?: string;
  readonly step?: string;
  readonly message?: string;
  readonly remedy?: string;
}

export interface TracedStepView {
  /** One of receive, pick, extract, canonical, compare, fresh, replay, validate, act, respond. */
  readonly step: string;
  /** `not-reached`: it comes after the one that refused. `skipped`: the proof was judged, and nothing was run. */
  readonly status: 'passed' | 'refused' | 'not-reached' | 'skipped';
  /** What was read there. */
  readonly evidence: readonly EvidenceView[];
}

export interface EvidenceView {
  readonly label: string;
  readonly value: string;
}

export interface TracedFindingView {
  /** Names its page in docs/failures; of two mistakes at once `first+second`. */
  readonly id: string;
  /** `proved`: with this mistake undone, a key proves the request. */
  readonly certainty: 'proved' | 'likely' | 'possible';
  readonly sentence: string;
  readonly mend: string;
  /** Code and settings that mend it; empty where there are none. */
  readonly examples: readonly CodeExampleView[];
}

export interface CodeExampleView {
  /** E.g. `express`, `django`. */
  readonly frameworks: readonly string[];
  /** As Markdown names it. */
  readonly language: string;
  readonly code: string;
  readonly note?: string;
}

export interface TracedMessageView {
  /** Empty where the scheme has one only. */
  readonly reading: string;
  /** Whether a key proved this one. */
  readonly matched: boolean;
  readonly bytes: number;
  /** The first 64 KB. */
  readonly base64: string;
}

/** Segments in turn: `same` and `signed-only` are what was signed, `same` and `arrived-only` what arrived. */
export interface ByteDiffView {
  /** The finding that tells. */
  readonly finding: string;
  /** `body`: of a message that has only the body’s digest. */
  readonly of: 'message' | 'body';
  readonly segments: readonly ByteSegmentView[];
  /** Bytes behind the first 64 KB of each, which are not compared. */
  readonly cut: { readonly signed: number; readonly arrived: number };
}

export interface ByteSegmentView {
  readonly kind: 'same' | 'signed-only' | 'arrived-only';
  /** Where it begins: of `signed-only` among the signed bytes, else among those that arrived. */
  readonly offset: number;
  readonly base64: string;
}

export interface TraceQuery {
  /** `received`, the default: as at the time when it came. `now`: whether it would be taken now. Both by the keys that the gate has now. */
  readonly at?: string | undefined;
}

export interface ExplainBody {
  /** The gate that is to judge. Absent: the one that the request’s path leads to, else the only one. */
  readonly gate?: string | undefined;
  /** A request as text, in any form that `countersign explain` reads: a curl line, a HAR entry, raw HTTP, JSON, a fetch call… */
  readonly request: string;
}
