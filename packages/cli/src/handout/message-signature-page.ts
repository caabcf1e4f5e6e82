/** What a page says of HTTP message signatures (RFC 9421). */

import type { MessageSignatureRecipe, RecipeComponent } from '@countersign/core/internal/signing-recipe';
import { algorithmName } from './algorithms.ts';
import { durationText } from './answers.ts';
import type { Explanation } from './explanation.ts';
import type { Handout } from './handout.ts';
import { pairText, secretText } from './key-text.ts';
import { code, row } from './markdown.ts';
import { expirySeconds } from './message-signature-plan.ts';
import { BODILESS } from './signing-plan.ts';

export function messageSignatureExplanation(recipe: MessageSignatureRecipe, handout: Handout): Explanation {
  const { algorithm, label, digest } = recipe;
  const hasBody = !BODILESS.includes(handout.method);
  const components = recipe.components.filter(({ name }) => hasBody || name !== 'content-digest');
  const hash = digest.toUpperCase();
  const lines = [
    ...components.map(({ identifier }) => `${identifier}: …`),
    '"@signature-params": parameters',
  ];
  const list = components.map(({ identifier }) => identifier).join(' ');
  return {
    proof: 'signature',
    rows: [
      ...(components.some(({ name }) => name === 'content-digest')
        ? [
            row([
              'digest of the body',
              'header `content-digest`',
              `${code(`${digest}=:…:`)}, with the ${hash} of the body in base64 (RFC 9530)`,
            ]),
          ]
        : []),
      ...(handout.signing?.plan.headers ?? []).map(([name]) =>
        row([name, `header ${code(name)}`, 'your own value; the signature covers it']),
      ),
      row(['what is signed', 'header `signature-input`', code(`${label}=parameters`)]),
      row(['signature', 'header `signature`', `${code(`${label}=:…:`)}, in base64`]),
    ],
    formula: [
      ...lines,
      '',
      `parameters = (${list})${parameterTexts(recipe, handout.keyIdInProof)}`,
      `signature  = base64(${algorithmName(algorithm)}(key, the lines above, joined by line feeds))`,
    ].join('\n'),
    meanings: [
      ...components.flatMap((component) => meaningOf(component, recipe)),
      `- ${code('created')}: the time in whole Unix seconds; at most ${durationText(recipe.maxAgeMs)} old or ${durationText(recipe.futureMs)} ahead.`,
      ...parameterLines(recipe, handout.keyIdInProof),
      '',
      'There is a line feed between lines, and none after the last. This is the signature base of RFC 9421, section 2.5. You may cover more components than these.',
    ],
    key: algorithm.startsWith('hmac-')
      ? secretText(handout.signing?.plan.secret ?? { encoding: 'utf8', prefix: '' })
      : pairText(algorithm),
  };
}

function parameterTexts({ required, alg, tag }: MessageSignatureRecipe, keyId: string): string {
  const needs = (name: MessageSignatureRecipe['required'][number]): boolean => required.includes(name);
  return [
    ';created=TIME',
    `;keyid=${JSON.stringify(keyId)}`,
    ...(needs('alg') ? [`;alg="${alg}"`] : []),
    ...(needs('expires') ? [';expires=TIME'] : []),
    ...(needs('nonce') ? [';nonce="NONCE"'] : []),
    ...(tag === undefined ? [] : [`;tag=${JSON.stringify(tag)}`]),
  ].join('');
}

function parameterLines(
  { required, maxAgeMs, tag }: MessageSignatureRecipe,
  keyId: string,
): readonly string[] {
  const needs = (name: MessageSignatureRecipe['required'][number]): boolean => required.includes(name);
  return [
    `- ${code('keyid')}: ${code(keyId)}, by which the gateway knows the key${needs('keyid') ? '' : '; it may be left out'}.`,
    ...(needs('expires')
      ? [
          `- ${code('expires')}: when the signature expires, in Unix seconds; the programs say ${expirySeconds(maxAgeMs)} seconds after ${code('created')}.`,
        ]
      : []),
    ...(needs('nonce') ? [`- ${code('nonce')}: random and new for each request.`] : []),
    ...(tag === undefined ? [] : [`- ${code('tag')}: as it stands above.`]),
  ];
}

function meaningOf(
  { name, identifier, parameters }: RecipeComponent,
  recipe: MessageSignatureRecipe,
): readonly string[] {
  const text =
    Object.keys(parameters).length > 0
      ? 'as RFC 9421, section 2, says of its parameters.'
      : meaning(name, recipe);
  return [`- ${code(identifier)}: ${text}`];
}

function meaning(name: string, { origin, digest }: MessageSignatureRecipe): string {
  const scheme = origin === undefined ? 'https' : (origin.split(':')[0] ?? 'https');
  switch (name) {
    case '@method':
      return 'the method in upper case.';
    case '@target-uri':
      return `the whole address as it is sent, with ${code(scheme)} as its scheme.`;
    case '@authority':
      return 'the host of the address in lower case, with the port if it is not the scheme’s default.';
    case '@scheme':
      return `${code(scheme)}.`;
    case '@request-target':
      return 'path and query of the address as they are sent.';
    case '@path':
      return 'the path of the address as it is sent, without the query.';
    case '@query':
      return 'a question mark, and the query of the address as it is sent; the question mark alone where there is none.';
    case 'content-digest':
      return `the header’s value: ${code(`${digest}=:`)}, the base64 of the body’s hash, and ${code(':')}. ${code('sha-256')} and ${code('sha-512')} are both accepted.`;
    default:
      return `the value of the header ${code(name)} as it is sent, trimmed.`;
  }
}
