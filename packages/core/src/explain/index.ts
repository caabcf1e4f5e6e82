/** `@countersign/core/explain`: why a request is refused, for its operator. */

export { type ByteDiff, type ByteSegment, diffBytes } from './byte-diff.ts';
export type { Candidates } from './candidates.ts';
export type { Arrival, EarlierRequest } from './circumstances.ts';
export { type Example, FRAMEWORKS, type Framework } from './examples/example.ts';
export { EXAMPLES, exampleFor, examplesOf } from './examples/examples.ts';
export { examplesByCode, type SharedExample } from './examples/examples-by-code.ts';
export { type ExpectedSignature, expectedSignatures } from './expected.ts';
export * from './explain.ts';
export type { ExplainOptions, RefusedBefore } from './explain-options.ts';
export type { Certainty, Finding } from './finding.ts';
export { gateAt } from './gate-at.ts';
export type { SignedBytes } from './signed-bytes.ts';
export type { EvidenceLine, ExplainedMessage, StepEvidence } from './steps.ts';
