/** A request as a test file that passes as it is: with its exact body, signed with a throw-away key, at a fixed time. */
import type { TestRunner } from '@countersign/api';
import type { SignedRequest } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { testText } from './test-text.ts';
import { throwAwayGate } from './throw-away-gate.ts';

export interface TestedRequest {
  /** What it is, e.g. `the event 019a…`. */
  readonly what: string;
  readonly request: SignedRequest;
  /** When it came: milliseconds since the epoch. */
  readonly nowMs: number;
}

export interface TestFile {
  readonly text: string;
  /** False: nobody here can sign for its gate, and the file has the request alone. */
  readonly isSigned: boolean;
}

export async function testFileOf(
  gate: Pick<GateConfig, 'name' | 'proof'>,
  { what, request, nowMs }: TestedRequest,
  runner: TestRunner,
): Promise<TestFile> {
  const signed = await throwAwayGate(gate, request, nowMs);
  const text = testText({ what, gate: gate.name, nowMs, runner, request, signed });
  return { text, isSigned: signed !== undefined };
}
