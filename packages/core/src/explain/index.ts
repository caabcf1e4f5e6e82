/** `@countersign/core/explain`: why a request is refused, for its operator. */
export * from './explain.ts';
export type { Certainty, Finding } from './finding.ts';
export type { EvidenceLine, ExplainedMessage, StepEvidence } from './steps.ts';
