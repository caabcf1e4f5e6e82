/**
 * What mostly breaks a provider’s proof on its way, likeliest first, with the page of each failure. docs/test/provider-causes.test.ts breaks a
 * request of each provider so, and holds what `explain` says against the page that is linked.
 */
import { tokenRecipe } from '@countersign/core/internal/signing-recipe';
import { coversAddress, coversBody, hasSecret, type PageFacts } from './page-facts.ts';

/** How a genuine request, or its key, is broken. */
export type Break =
  | 'reprinted-body'
  | 'longer-body'
  | 'plain-http'
  | 'inner-host'
  | 'cut-path'
  | 'dropped-proof'
  | 'quoted-key'
  | 'late'
  | 'early';

export interface MismatchCause {
  readonly break: Break;
  /** What happened, as a sentence. */
  readonly says: string;
  /** What `explain` may say of it; the page of the first is linked. */
  readonly findings: readonly [string, ...string[]];
  readonly isOf: (facts: PageFacts) => boolean;
}

export const MISMATCH_CAUSES: readonly MismatchCause[] = [
  {
    break: 'reprinted-body',
    says: 'A parser read the body before it was verified, and it was printed again: other bytes than those that were signed',
    findings: ['body-json-compact'],
    isOf: (facts) => coversBytes(facts) && !takesForms(facts),
  },
  {
    break: 'longer-body',
    says: 'Something on the way changed the body: a line end at its end is enough',
    findings: ['body-newline-added'],
    isOf: coversBytes,
  },
  {
    break: 'plain-http',
    says: 'TLS ends at a proxy, so that the URL was read as `http`, and `https` was signed',
    findings: ['place-scheme-https'],
    isOf: ({ coverage }) => coverage.covered.includes('scheme'),
  },
  {
    break: 'inner-host',
    says: 'The host that was read is one behind the proxy, and not the one that was signed',
    findings: ['place-host-internal', 'place-dpop-htu'],
    isOf: coversAddress,
  },
  {
    break: 'cut-path',
    says: 'A proxy or a router took the beginning off the path',
    findings: ['place-prefix-cut', 'place-dpop-htu', 'place-dpop-path'],
    isOf: ({ coverage }) => coverage.covered.includes('path'),
  },
  {
    break: 'dropped-proof',
    says: 'The request came without its signature: none is set up at the sender, a proxy dropped the header, or it is no request of this sender’s',
    findings: ['signature-missing', 'signature-alone-missing', 'signature-all-headers-missing'],
    isOf: ({ scheme }) => scheme.proof === 'signature' && scheme.headers.proof.length > 0,
  },
  {
    break: 'dropped-proof',
    says: 'The request came without its token',
    findings: ['token-missing'],
    isOf: ({ scheme }) => scheme.proof === 'token',
  },
  {
    break: 'quoted-key',
    says: 'Quotes or a line end became part of the secret when it was copied',
    findings: ['key-in-quotes'],
    isOf: (facts) => hasSecret(facts) && isTakenToTheLetter(facts),
  },
  {
    break: 'late',
    says: 'It is a copy of an earlier request, or one that waited for too long: its time is signed, and too old',
    findings: ['time-captured'],
    isOf: (facts) => facts.scheme.proof === 'signature' && agesWithinADay(facts),
  },
  {
    break: 'early',
    says: 'This machine’s clock, or the sender’s, is wrong',
    findings: ['time-sender-ahead'],
    isOf: ({ scheme, coverage }) => scheme.proof === 'signature' && coverage.covered.includes('timestamp'),
  },
  {
    break: 'late',
    says: 'The token has expired',
    findings: ['token-old'],
    isOf: ({ scheme }) => tokenRecipe(scheme)?.required.includes('exp') === true,
  },
];

export function mismatchCauses(facts: PageFacts): readonly MismatchCause[] {
  return MISMATCH_CAUSES.filter(({ isOf }) => isOf(facts));
}

/** Whether the body is signed byte by byte: a signature inside it is left out, and the rest may be printed anew. */
function coversBytes(facts: PageFacts): boolean {
  const { signature } = facts.scheme.declared.options as { readonly signature?: object };
  return coversBody(facts) && !('member' in (signature ?? {}));
}

/** Whether what is signed of the body is a form’s fields. */
function takesForms({ scheme }: PageFacts): boolean {
  const { signature, message } = scheme.declared.options as {
    readonly signature?: object;
    readonly message?: object;
  };
  return 'field' in (signature ?? {}) || /form|\{field:/.test(JSON.stringify(message ?? {}));
}

/** Of encoded keys quotes and line ends are no part. */
function isTakenToTheLetter({ scheme: { keys } }: PageFacts): boolean {
  const [form] = keys.forms;
  return form === undefined || (form.encoding === 'utf8' && form.prefixEnd === undefined);
}

const DAY = 86_400_000;

function agesWithinADay({ scheme: { coverage } }: PageFacts): boolean {
  return coverage.warnings.some(
    (warning) => warning.code === 'repeat-in-time' && warning.pastMs !== undefined && warning.pastMs < DAY,
  );
}
