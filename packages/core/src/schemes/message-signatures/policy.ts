/** What a gate demands of a message signature, and whether one meets it. */

import { SIGNATURE_BYTES } from '../../crypto/signature-bytes.ts';
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { counted } from '../../text/amounts.ts';
import { shownText } from '../../text/shown-text.ts';
import type { SignatureComponent } from './component.ts';
import type { ComponentContext } from './component-value.ts';
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from './content-digest.ts';
import {
  MESSAGE_SIGNATURE_ALGORITHMS,
  type MessageSignatureAlgorithm,
  type SignatureParameterName,
} from './registered-names.ts';
import type { SignatureInput } from './signature-input.ts';

export interface MessageSignatureOptions {
  readonly name: string;
  /** Fixed here; a signature that names another is refused. */
  readonly algorithm: MessageSignatureAlgorithm;
  /** The label whose signature is judged. Default: every label; the first that a key proves counts. */
  readonly label?: string;
  /** The tag that a signature must have to be judged. */
  readonly tag?: string;
  /** What a signature must cover, and what `sign` covers; `content-digest` only where there is a body. */
  readonly components: readonly SignatureComponent[];
  /** Parameters that a signature must have. */
  readonly required: readonly SignatureParameterName[];
  /** How old `created` may be. */
  readonly maxAgeMs: number;
  /** How far ahead `created` may be. */
  readonly futureMs: number;
  /** What `sign` writes; either is checked. */
  readonly digest: DigestAlgorithm;
  readonly context: ComponentContext;
  /** What to do where a gate cannot set the option that decided. */
  readonly remedies?: Readonly<Partial<Record<'label' | 'required' | 'components', string>>>;
}

/** Whether the field, covered so, says what the body is: a digest of an algorithm that is checked. */
export function coversBody({ name, parameters }: SignatureComponent): boolean {
  if (name !== 'content-digest') return false;
  const key = parameters.get('key');
  return key === undefined || DIGEST_ALGORITHMS.some((algorithm) => algorithm === key);
}

/** What follows from components that say the same in other words: any of the sets will do. */
const IMPLIED_BY: Readonly<Record<string, readonly (readonly string[])[]>> = {
  '@target-uri': [
    ['@authority', '@path', '@query'],
    ['@authority', '@request-target'],
  ],
  '@authority': [['@target-uri']],
  '@scheme': [['@target-uri']],
  '@request-target': [['@target-uri'], ['@path', '@query']],
  '@path': [['@target-uri'], ['@request-target']],
  '@query': [['@target-uri'], ['@request-target']],
  '@query-param': [['@query'], ['@target-uri'], ['@request-target']],
};

function satisfies(covered: readonly SignatureComponent[], component: SignatureComponent): boolean {
  if (covered.some(({ identifier }) => identifier === component.identifier)) return true;
  if (component.name === 'content-digest' && component.parameters.size === 0) return covered.some(coversBody);
  if (!component.name.startsWith('@')) {
    // The whole field, wrapped or serialised anew, is the field.
    return covered.some(
      ({ name, parameters }) =>
        name === component.name &&
        !parameters.has('key') &&
        (component.parameters.size === 0 || parameters.size === 0),
    );
  }
  const has = (name: string): boolean => covered.some((component) => component.name === name);
  return IMPLIED_BY[component.name]?.some((set) => set.every(has)) ?? false;
}

/** Judges all of a signature but its time: what it covers, its parameters, its length. */
export function judgePolicy(
  { components, parameters }: SignatureInput,
  signature: Uint8Array,
  options: MessageSignatureOptions,
  { body }: SignedRequest,
): Objection | undefined {
  const { algorithm, remedies = {} } = options;
  if (parameters.alg !== undefined && parameters.alg !== algorithm) {
    return objection(
      'algorithm-not-allowed',
      `the signature’s alg is ${shownText(JSON.stringify(parameters.alg))}, not ${algorithm}`,
    );
  }
  const bytes = SIGNATURE_BYTES[MESSAGE_SIGNATURE_ALGORITHMS[algorithm]];
  if (bytes !== undefined && signature.length !== bytes) {
    return objection(
      'malformed-signature',
      `the signature is ${counted(signature.length, 'byte')} long; that of ${algorithm} is ${bytes}`,
    );
  }
  for (const name of options.required) {
    // The absence of a time is for the step that judges time.
    if (name === 'created' || name === 'expires' || parameters[name] !== undefined) continue;
    return objection(
      'missing-part',
      `the signature has no parameter ${name}, which the gate requires`,
      remedies.required ?? `Have the sender sign with ${name}, or take it out of the gate’s required.`,
    );
  }
  for (const component of options.components) {
    if (component.name === 'content-digest' && body.length === 0) continue;
    if (satisfies(components, component)) continue;
    return objection(
      'missing-part',
      `the signature does not cover ${component.identifier}, which the gate requires`,
      remedies.components ?? 'Have the sender cover it, or take it out of the gate’s components.',
    );
  }
  return undefined;
}
