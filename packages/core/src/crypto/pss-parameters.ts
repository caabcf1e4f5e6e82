/** What a key for RSASSA-PSS says of its use (RFC 4055 §3.1). */

import {
  contextTag,
  type DerElement,
  derChildren,
  derElements,
  derNatural,
  OBJECT_ID,
  SEQUENCE,
} from './der.ts';
import { hex } from './numbers.ts';

export interface PssLimits {
  /** The only digest, e.g. `sha512`; absent: any. */
  readonly digest?: string;
  /** The least length of the salt. */
  readonly saltBytes: number;
}

const DIGESTS: Readonly<Record<string, string>> = {
  '2b0e03021a': 'sha1',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};

const MGF1 = '2a864886f70d010108';

/** Reads the parameters of the algorithm; a text that says why they are not taken. */
export function readPssParameters(parameters: DerElement | undefined): PssLimits | string {
  if (!parameters) return { saltBytes: 0 };
  const fields = parameters.tag === SEQUENCE ? derElements(parameters.content) : undefined;
  if (!fields || fields.some(({ tag }) => tag < contextTag(0) || tag > contextTag(3)))
    return 'its RSASSA-PSS parameters are damaged';
  const field = (number: number): DerElement | undefined =>
    derElements(fields.find(({ tag }) => tag === contextTag(number))?.content ?? new Uint8Array(0))?.[0];
  // What is left out is SHA-1, MGF1 with SHA-1, 20, 1.
  const digest = field(0) ? digestOf(field(0)) : 'sha1';
  const [mask, maskDigest] = (field(1) && derChildren((field(1) as DerElement).whole, SEQUENCE)) ?? [];
  const mgf = field(1) ? digestOf(maskDigest) : 'sha1';
  const salt = field(2) ? numberOf(derNatural(field(2))) : 20;
  const trailer = field(3) ? numberOf(derNatural(field(3))) : 1;
  if (field(1) && hex(mask?.content ?? new Uint8Array(0)) !== MGF1) return 'its mask generation is not MGF1';
  if (digest === undefined || digest !== mgf || salt === undefined || trailer !== 1)
    return 'its RSASSA-PSS parameters are none that are taken: one digest for both, SHA-256, 384 or 512';
  return { digest, saltBytes: salt };
}

function digestOf(algorithm: DerElement | undefined): string | undefined {
  const [name] = (algorithm && derChildren(algorithm.whole, SEQUENCE)) ?? [];
  return name?.tag === OBJECT_ID ? DIGESTS[hex(name.content)] : undefined;
}

function numberOf(natural: Uint8Array | undefined): number | undefined {
  return natural && natural.length <= 2 ? natural.reduce((sum, byte) => sum * 256 + byte, 0) : undefined;
}
