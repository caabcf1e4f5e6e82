/** What a page says of a signature over a template. */
import type { SigningRecipe } from '@countersign/core/internal/signing-recipe';
import { durationText } from './answers.ts';
import type { Explanation } from './explanation.ts';
import { bodyRule, fieldLines, messageFormula, placeText, signatureFormula } from './formula.ts';
import type { Handout } from './handout.ts';
import { pairText, secretText } from './key-text.ts';
import { code, row } from './markdown.ts';
import type { SigningPlan } from './signing-plan.ts';
import { WRITTEN_SIGNATURES } from './written-signatures.ts';

export function templateExplanation(recipe: SigningRecipe, { keyId, signing }: Handout): Explanation {
  const rule = bodyRule(recipe);
  const { encoding, prefix = '' } = recipe.key;
  return {
    proof: 'signature',
    rows: partRows(recipe, keyId, signing?.plan.headers ?? []),
    ...(rule !== undefined && { rule }),
    formula: `message   = ${messageFormula(recipe)}\nsignature = ${signatureFormula(recipe)}`,
    meanings: [...fieldLines(recipe), '', '`+` joins bytes. Text is UTF-8.'],
    key: recipe.algorithm.startsWith('hmac-')
      ? secretText(signing?.plan.secret ?? { encoding, prefix })
      : pairText(recipe.algorithm),
  };
}

function partRows(
  recipe: SigningRecipe,
  keyId: string | undefined,
  headers: SigningPlan['headers'],
): readonly string[] {
  const signs = (name: string): boolean =>
    recipe.message.some((piece) => 'field' in piece && piece.field === name);
  const { timestamp, id, nonce, signature, tolerance, bodyDigest, keyId: keyPlace } = recipe;
  const { pastMs, futureMs } = tolerance;
  const age =
    pastMs === futureMs
      ? `at most ${durationText(pastMs)} off the gateway’s clock`
      : `at most ${durationText(pastMs)} old or ${durationText(futureMs)} ahead`;
  return [
    ...(timestamp
      ? [row(['timestamp', placeText(timestamp.place), `${UNITS[timestamp.unit]}; ${age}`])]
      : []),
    ...(id && signs('id')
      ? [row(['id', placeText(id), 'a new one for each request, e.g. 32 random hex digits'])]
      : []),
    ...(nonce && signs('nonce')
      ? [row(['nonce', placeText(nonce), 'random and new for each request, e.g. 32 hex digits'])]
      : []),
    ...(keyPlace && keyId !== undefined ? [row(['key’s id', placeText(keyPlace), code(keyId)])] : []),
    ...(bodyDigest
      ? [
          row([
            'digest of the body',
            placeText(bodyDigest),
            'SHA-256 of the body in lower-case hex, unless the body is a form',
          ]),
        ]
      : []),
    ...headers.map(([name]) =>
      row([name, placeText({ kind: 'header', name }), 'your own value; the signature covers it']),
    ),
    row([
      'signature',
      placeText(signature.place),
      `${WRITTEN_SIGNATURES[signature.encoding].format}${signature.prefix === '' ? '' : `, after ${code(signature.prefix)}`}`,
    ]),
  ];
}

const UNITS = {
  s: 'whole seconds since 1970 (Unix time)',
  ms: 'whole milliseconds since 1970',
  rfc3339: 'RFC 3339 in UTC, e.g. `2026-01-02T03:04:05Z`',
} as const;
