/** What the suites are given: plain data, made once by the run (`make-suite-data.ts`) and sent to each runtime. */
import type { VectorCase, VectorFile } from '@countersign/core/testing';
import type { CorpusLine } from '../../packages/core/test/explain-corpus/corpus-lines.ts';
import type { ExplainVector } from '../../packages/core/test/support/explain-vector.ts';

/** A request as JSON. */
export interface WrittenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly bodyBase64: string;
}

export interface VectorFileData extends VectorFile {
  /** E.g. `providers/github`. */
  readonly path: string;
  /** What changes of an accepted case are derived from; absent where its proofs may stand beside others. */
  readonly derived?: {
    readonly proofHeaders: readonly string[];
    readonly coversBody: boolean;
    readonly otherKey: string;
    readonly toleranceMs?: { readonly past: number; readonly future: number };
  };
}

/** A case that can be signed anew: its key signs, and Node has. */
export interface SigningCase {
  readonly title: string;
  readonly file: Pick<VectorFile, 'scheme' | 'declaration'>;
  readonly vector: VectorCase;
  /** What Node signed of it with the same key. */
  readonly byNode: WrittenRequest;
}

/** A request that a MAC of an RFC's own proves. */
export interface MacCase {
  readonly title: string;
  readonly algorithm: 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512';
  readonly keyBase64: string;
  readonly dataBase64: string;
  readonly macHex: string;
}

/** A key that no gate can be built with, and what Node's gate says of it. */
export interface BadKey {
  readonly title: string;
  readonly provider?: string;
  readonly scheme?: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly sentence: string;
}

/** A refused request, of `vectors/explain` or `vectors/explain-corpus`. */
export interface ExplainCase {
  readonly title: string;
  readonly vector?: ExplainVector;
  readonly line?: CorpusLine;
  /** What Node finds, as JSON. */
  readonly findings: string;
}

export interface SuiteData {
  readonly files: readonly VectorFileData[];
  readonly macs: readonly MacCase[];
  readonly signing: readonly SigningCase[];
  readonly badKeys: readonly BadKey[];
}

/** What a runtime answers. */
export interface SuiteAnswer {
  /** Whether the runtime has a global `process`. */
  readonly hasProcess: boolean;
  /** `node:crypto` proves at once, WebCrypto by a promise. */
  readonly crypto: 'node:crypto' | 'WebCrypto';
  readonly reports: readonly import('./collect.ts').SuiteReport[];
  /** By the title of the case. */
  readonly signed: Readonly<Record<string, WrittenRequest>>;
}
