/** Which inputs are worth trying at which scheme. */
import { createGate } from '@countersign/core';
import type { SchemeSample } from '../../packages/core/test/support/every-scheme.ts';
import { formBody, multipartBody, plainBody } from './body-inputs.ts';
import type { Family } from './genome.ts';
import { headerField, query, signatureFields, tokens } from './head-inputs.ts';
import { brokenJson, jsonBody } from './json-inputs.ts';

/** Providers whose bodies are parsed before the proof is found: it stands in them. */
const PARSED: Readonly<Record<string, Parsed>> = { flowent: 'json', 'flow-production-tracking': 'form' };

/** As what a body is parsed. */
export type Parsed = 'json' | 'form';

/** Where a body is parsed before its proof is found. */
export function parsesOf({ options }: SchemeSample): Parsed | undefined {
  const id = providerOf(options);
  if (id !== undefined && PARSED[id] !== undefined) return PARSED[id];
  if (hasSource(options.scheme, 'member')) return 'json';
  return hasSource(options.scheme, 'field') ? 'form' : undefined;
}

export function isFlowent({ options }: SchemeSample): boolean {
  return providerOf(options) === 'flowent';
}

function providerOf({ provider }: SchemeSample['options']): string | undefined {
  return typeof provider === 'string' ? provider : provider?.id;
}

/** Whether a part of the declared scheme stands in such a place. */
function hasSource(scheme: object | undefined, place: 'member' | 'field' | 'query'): boolean {
  return Object.values(scheme ?? {}).some(
    (part: unknown) => typeof part === 'object' && part !== null && place in part,
  );
}

/** What the scheme itself hashes a message with. Ed25519 has SHA-512 (RFC 8032 §5.1). */
export function digestOf({ options }: SchemeSample): string {
  const [form] = createGate(options).scheme.keys.forms;
  return /512|384|ed25519/.test(form?.algorithm ?? '') ? 'sha512' : 'sha256';
}

/** The families whose inputs a scheme looks at. */
export function familiesOf(sample: SchemeSample): readonly Family[] {
  const parses = parsesOf(sample);
  const { coverage, headers } = createGate(sample.options).scheme;
  const coversUrl = coverage.covered.includes('path') || coverage.covered.includes('query');
  return [
    headerField,
    ...(parses === 'json' ? [jsonBody, brokenJson] : []),
    ...(parses === 'form' ? [formBody, multipartBody] : []),
    ...(parses === undefined ? [plainBody] : []),
    ...(coversUrl || hasSource(sample.options.scheme, 'query') ? [query] : []),
    ...(headers.token.length > 0 ? [tokens] : []),
    ...(headers.proof.includes('signature-input') ? [signatureFields] : []),
  ];
}
