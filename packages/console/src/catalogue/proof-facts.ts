/** How a proof is made, in words: where it sits, what it signs, how long it is good. */
import { createGate, type Gate } from '@countersign/core';
import { duration } from '@countersign/core/internal/amounts';
import {
  type MessageSignatureRecipe,
  messageSignatureRecipe,
  type RecipePlace,
  type SigningRecipe,
  sharedTokenRecipe,
  signingRecipe,
  type TokenRecipe,
  tokenRecipe,
} from '@countersign/core/internal/signing-recipe';
import { CATALOGUE } from '../words/catalogue.ts';
import { type Target, targetOptions } from './bench.ts';

export interface ProofFact {
  readonly name: string;
  readonly value: string;
  /** Whether it is to be read to the letter. */
  readonly isCode?: boolean;
}

/** A gate without a key: it says what it covers, and judges nothing. @throws SetupError, BenchFault */
export function keylessGate(target: Target): Gate {
  return createGate({ ...targetOptions(target), keys: async () => [] });
}

export function proofFacts({ scheme }: Gate): readonly ProofFact[] {
  const { proof: words } = CATALOGUE;
  const template = signingRecipe(scheme);
  if (template !== undefined) return templateFacts(template);
  const token = tokenRecipe(scheme);
  if (token !== undefined) return tokenFacts(token);
  const signature = messageSignatureRecipe(scheme);
  if (signature !== undefined) return messageSignatureFacts(signature);
  const shared = sharedTokenRecipe(scheme);
  if (shared !== undefined)
    return [fact(words.token, words.place.header(shared.header)), fact(words.key, words.shared(shared.form))];
  // Keys that say for themselves what they are for have no forms: the options list the algorithms then.
  const { algorithms: listed = [] } = scheme.declared.options as { readonly algorithms?: readonly string[] };
  const algorithms = new Set([...scheme.keys.forms.map(({ algorithm }) => algorithm), ...listed]);
  return [
    fact(words.signature, scheme.headers.proof.map(words.place.header).join(', ')),
    fact(words.algorithm, [...algorithms].join(', ')),
    fact(words.message, words.own),
  ].filter(({ value }) => value !== '');
}

function templateFacts(recipe: SigningRecipe): readonly ProofFact[] {
  const { proof: words } = CATALOGUE;
  const { signature, algorithm, timestamp, tolerance, key, id, nonce, keyId, bodyDigest, origin } = recipe;
  const { prefix, encoding, list } = signature;
  const written = [
    placeText(signature.place),
    words.encoded(encoding),
    ...(prefix === '' ? [] : [words.after(prefix)]),
    ...(list === undefined ? [] : [words.list(list.separator, list.assign, list.label)]),
  ];
  const message = recipe.message.map((piece) => ('text' in piece ? piece.text : `{${piece.field}}`)).join('');
  return [
    fact(words.signature, written.join(', ')),
    fact(words.algorithm, algorithm),
    code(words.message, message),
    ...(recipe.body === 'whole' ? [] : [fact('', words.bodies[recipe.body].replace(/^, /, ''))]),
    ...(timestamp === undefined
      ? []
      : [
          fact(words.time, `${placeText(timestamp.place)}, ${words.unit[timestamp.unit]}`),
          fact(words.tolerance, words.within(duration(tolerance.pastMs), duration(tolerance.futureMs))),
        ]),
    ...placeFacts({ id, nonce, keyId, digest: bodyDigest }),
    fact(
      words.key,
      words.keyText(key.encoding) + (key.prefix === undefined ? '' : words.keyPrefix(key.prefix)),
    ),
    ...(origin === undefined ? [] : [fact(words.origin, origin)]),
  ];
}

type PlaceName = 'id' | 'nonce' | 'keyId' | 'digest';

function placeFacts(places: Readonly<Record<PlaceName, RecipePlace | undefined>>): readonly ProofFact[] {
  const names: readonly PlaceName[] = ['id', 'nonce', 'keyId', 'digest'];
  return names.flatMap((name) => {
    const place = places[name];
    return place === undefined ? [] : [fact(CATALOGUE.proof[name], placeText(place))];
  });
}

export function placeText(place: RecipePlace): string {
  const { place: words } = CATALOGUE.proof;
  return place.kind === 'member' ? words.member(place.names.join('.')) : words[place.kind](place.name);
}

function tokenFacts(recipe: TokenRecipe): readonly ProofFact[] {
  const { proof: words } = CATALOGUE;
  const { header, prefix, algorithms, issuers, audiences, required, binding, ip, uses, keySet, dpop } =
    recipe;
  const claims = recipe.bound.map(({ name, says }) => `${name}: ${says}`);
  const bound = [...binding, ...(ip ? [words.address] : []), ...claims];
  return [
    fact(
      words.token,
      [words.place.header(header), ...(prefix === '' ? [] : [words.after(prefix)])].join(', '),
    ),
    fact(words.algorithm, algorithms.join(', ')),
    ...(keySet === undefined ? [] : [code(words.keySet, keySet)]),
    ...(issuers === undefined ? [] : [code(words.issuers, issuers.join(', '))]),
    ...(audiences === undefined ? [] : [code(words.audiences, audiences.join(', '))]),
    ...(required.length === 0 ? [] : [fact(words.claims, required.join(', '))]),
    ...(bound.length === 0 ? [] : [fact(words.binding, bound.join(', '))]),
    fact(words.uses, uses === undefined ? words.untilEnd : words.times(uses)),
    ...(dpop === undefined
      ? []
      : [
          fact(words.dpop, `${words.place.header(dpop.header)}, ${dpop.algorithms.join(', ')}`),
          fact(
            words.tolerance,
            words.within(duration(dpop.tolerance.pastMs), duration(dpop.tolerance.futureMs)),
          ),
        ]),
  ];
}

function messageSignatureFacts(recipe: MessageSignatureRecipe): readonly ProofFact[] {
  const { proof: words } = CATALOGUE;
  const { alg, label, tag, components, required, maxAgeMs, futureMs, digest } = recipe;
  return [
    fact(
      words.signature,
      `${['signature-input', 'signature'].map(words.place.header).join(', ')}, ${words.label(label, tag === undefined ? '' : `, tag ${tag}`)}`,
    ),
    fact(words.algorithm, alg),
    code(words.components, components.map(({ identifier }) => identifier).join(' ')),
    fact(words.parameters, required.join(', ')),
    fact(words.tolerance, words.within(duration(maxAgeMs), duration(futureMs))),
    fact(words.digest, digest),
  ];
}

function fact(name: string, value: string): ProofFact {
  return { name, value };
}

function code(name: string, value: string): ProofFact {
  return { name, value, isCode: true };
}
