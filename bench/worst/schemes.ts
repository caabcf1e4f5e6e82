/** Which inputs are worth trying at which scheme. */
import type { SchemeSample } from '../../packages/core/test/support/every-scheme.ts';
import { formBody, multipartBody, plainBody } from './body-inputs.ts';
import type { Family } from './genome.ts';
import { headerField, query, signatureFields, tokens } from './head-inputs.ts';
import { brokenJson, jsonBody } from './json-inputs.ts';

/** Whether a family’s inputs are bodies, not heads. */
export function isOfBody(family: string): boolean {
  return ['JSON', 'broken JSON', 'form', 'multipart', 'bytes'].includes(family);
}

/** Where a body is parsed before its proof is found. */
export function parsesOf({ options }: SchemeSample): 'json' | 'form' | undefined {
  const text = JSON.stringify([options.provider, options.scheme]);
  if (/"flowent"|"member"/.test(text)) return 'json';
  return /"flow-production-tracking"|"field"/.test(text) ? 'form' : undefined;
}

/** What the scheme itself hashes a message with. Ed25519 has SHA-512 (RFC 8032 §5.1). */
export function digestOf({ options }: SchemeSample): string {
  const text = JSON.stringify([options.provider, options.scheme]);
  return /512|384|ed25519/i.test(text) ? 'sha512' : 'sha256';
}

/** The families whose inputs a scheme looks at. */
export function familiesOf(sample: SchemeSample): readonly Family[] {
  const parses = parsesOf(sample);
  const text = JSON.stringify([sample.options.provider, sample.options.scheme]);
  return [
    headerField,
    ...(parses === 'json' ? [jsonBody, brokenJson] : []),
    ...(parses === 'form' ? [formBody, multipartBody] : []),
    ...(parses === undefined ? [plainBody] : []),
    ...(/"query"|url|path/.test(text) ? [query] : []),
    ...(/jwt|approov|dpop|firebase/.test(text) ? [tokens] : []),
    ...(/signatures|messageSigning/.test(text) ? [signatureFields] : []),
  ];
}
