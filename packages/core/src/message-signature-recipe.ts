/** What a gate demands of an HTTP message signature (RFC 9421), as plain data: see `signing-recipe.ts`. */
import type { SignatureAlgorithm } from './crypto/backend.ts';
import { originText } from './origin-text.ts';
import { recipeGaps } from './recipe-gaps.ts';
import type { Scheme } from './scheme.ts';
import type { DigestAlgorithm } from './schemes/message-signatures/content-digest.ts';
import type { MessageSignatureOptions } from './schemes/message-signatures/policy.ts';
import {
  MESSAGE_SIGNATURE_ALGORITHMS,
  type MessageSignatureAlgorithm,
  type SignatureParameterName,
} from './schemes/message-signatures/registered-names.ts';

/** A component that must be covered. */
export interface RecipeComponent {
  /** E.g. `@method`, or a lower-case field name. */
  readonly name: string;
  /** As the signature base writes it, e.g. `"@query-param";name="shop"`. */
  readonly identifier: string;
  /** Flags are `true`. */
  readonly parameters: Readonly<Record<string, string | true>>;
}

/** How a message signature must be made. */
export interface MessageSignatureRecipe {
  readonly algorithm: SignatureAlgorithm;
  /** The same as the parameter `alg` says it. */
  readonly alg: MessageSignatureAlgorithm;
  readonly label: string;
  readonly tag?: string;
  readonly components: readonly RecipeComponent[];
  readonly required: readonly SignatureParameterName[];
  /** How old `created` may be, and how far ahead. */
  readonly maxAgeMs: number;
  readonly futureMs: number;
  readonly digest: DigestAlgorithm;
  /** Scheme and authority as the gate says them. */
  readonly origin?: string;
}

/** Undefined for another scheme, and where the algorithm follows from each sender’s own key or a part is one that no program has. */
export function messageSignatureRecipe(scheme: Scheme): MessageSignatureRecipe | undefined {
  const { declared } = scheme;
  if (declared.type !== 'message-signatures') return undefined;
  // The type says what the options are: each is written in one place.
  const options = declared.options as MessageSignatureOptions;
  const { algorithm, label = 'sig1', tags, components, required, maxAgeMs, futureMs, digest } = options;
  const { origin } = options.context;
  // Whose key says itself what it is for is no signer here.
  if (algorithm === 'of-key' || recipeGaps(scheme).parts.length > 0) return undefined;
  return {
    algorithm: MESSAGE_SIGNATURE_ALGORITHMS[algorithm],
    alg: algorithm,
    label,
    ...(tags?.[0] !== undefined && { tag: tags[0] }),
    components: components.map(({ name, identifier, parameters }) => ({
      name,
      identifier,
      parameters: Object.fromEntries(parameters),
    })),
    required,
    maxAgeMs,
    futureMs,
    digest,
    ...(origin && { origin: originText(origin) }),
  };
}
