/** Message signatures over a signature base that is not the one of RFC 9421 §2.5. */

import { compareText } from '../../text/compare-text.ts';
import { decoded } from '../../text/decoded.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { likelyOrdersOf } from '../orders.ts';
import { addressOf, withMessage } from '../other-address.ts';
import { inputTextOf, withInput } from '../signature-input-text.ts';
import type { Trial } from '../trial.ts';

/** The orders at most 24 trials each, `message-signature-component-form` 16, `message-signature-base-form` 8. */
export const MESSAGE_SIGNATURE_BASE: readonly TrialHypothesis[] = [
  {
    id: 'message-signature-parameters-order',
    part: 'message-signature',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const input = inputTextOf(trial);
      if (!input || input.parameters.length < 2) return;
      for (const order of likelyOrdersOf(input.parameters, [compareText]))
        yield withInput(trial, input, `(${input.components.join(' ')})${order.join('')}`);
    },
    says: () => 'The parameters of Signature-Input stood in another order when they were signed.',
    mend: () =>
      'Have the sender write into Signature-Input the very text that it signs as @signature-params; look for a proxy that writes the field anew.',
  },
  {
    id: 'message-signature-components-order',
    part: 'message-signature',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const input = inputTextOf(trial);
      if (!input || input.components.length < 2) return;
      for (const order of likelyOrdersOf(input.components, [compareText]))
        yield withInput(trial, input, `(${order.join(' ')})${input.parameters.join('')}`);
    },
    says: () => 'The components of Signature-Input stood in another order when they were signed.',
    mend: () =>
      'Have the sender write into Signature-Input the very list that it signs, in its order; look for a proxy that writes the field anew.',
  },
  {
    id: 'message-signature-component-form',
    part: 'message-signature',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      for (const [line, other] of otherValues(trial))
        for (const value of other)
          yield withMessage(
            trial,
            (base) => replaceLine(base, line, value),
            line.replace(/^"([^"]*)".*$/, '$1'),
          );
    },
    says: (name) => `The sender signs the component ${name} in another form than RFC 9421 has it.`,
    mend: (name) =>
      `Have the sender make ${name} as RFC 9421 §2.2 does: @query with its question mark, @path without the query, @method as it is sent, @query-param encoded.`,
  },
  {
    id: 'message-signature-base-form',
    part: 'message-signature',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const input = inputTextOf(trial);
      if (!input) return;
      const { label, text, components } = input;
      const last = `"@signature-params": ${text}`;
      const rewrites: readonly (readonly [string, (base: string) => string])[] = [
        ['it ends with a line end', (base) => `${base}\n`],
        ['its lines end with CR LF', (base) => base.replaceAll('\n', '\r\n')],
        ['the line @signature-params is missing', (base) => base.replace(`\n${last}`, '')],
        [
          'its last line has the label',
          (base) => base.replace(last, () => `"@signature-params": ${label}=${text}`),
        ],
        [
          'its last line lacks the parameters',
          (base) => base.replace(last, () => `"@signature-params": (${components.join(' ')})`),
        ],
        ['its names stand without quotes', (base) => base.replace(/^"([^"]*)"/gm, '$1')],
        ['no blank follows its colons', (base) => base.replace(/^("[^"]*"[^:\n]*): /gm, '$1:')],
        [
          'its header names have capitals',
          (base) =>
            base.replace(
              /^"([a-z][^"]*)"/gm,
              (_, name: string) => `"${name.replace(/(^|-)[a-z]/g, (at) => at.toUpperCase())}"`,
            ),
        ],
      ];
      for (const [detail, rewrite] of rewrites) yield withMessage(trial, rewrite, detail);
    },
    says: (what) => `The sender signs another text than the signature base of RFC 9421: ${what}.`,
    mend: () =>
      'Have the sender make the base as RFC 9421 §2.5 does: one line a component, "name": value, and "@signature-params" last, without a line end behind it.',
  },
];

/** Values that senders sign in place of the standard’s, by the identifier of the component. */
function* otherValues(trial: Trial): Generator<readonly [string, readonly string[]]> {
  const address = addressOf(trial);
  if (!address) return;
  const { method, headers } = trial.request;
  const { scheme, authority = '', path, query } = address;
  const target = query === undefined ? path : `${path}?${query}`;
  const forms: Readonly<Record<string, readonly string[]>> = {
    '@query': [query ?? '', ...(query ? [`?${decoded(query)}`] : [])],
    '@path': [target, path.slice(1), decoded(path)],
    '@authority': [headers.get('host') ?? '', `${scheme}://${authority}`],
    '@target-uri': [target, path, `${scheme}://${authority}${path}`],
    '@request-target': [`${method.toLowerCase()} ${target}`, `${method} ${target}`, path],
    '@scheme': [`${scheme}:`, scheme.toUpperCase()],
  };
  for (const component of inputTextOf(trial)?.components ?? []) {
    const [, name = '', parameter] = /^"([^"]*)"(?:;name="([^"]*)")?/.exec(component) ?? [];
    const other =
      parameter === undefined
        ? Object.hasOwn(forms, name)
          ? forms[name]
          : undefined
        : valuesOf(parameter, query);
    if (other) yield [component, other.filter((value) => /^[\x20-\x7e]*$/.test(value))];
  }
}

/** A parameter’s value as it stands in the query, and decoded. */
function valuesOf(parameter: string, query = ''): readonly string[] {
  const pair = query.split('&').find((text) => text.startsWith(`${parameter}=`));
  if (pair === undefined) return [];
  const value = pair.slice(parameter.length + 1);
  return [value, decoded(value.replaceAll('+', ' '))];
}

function replaceLine(base: string, identifier: string, value: string): string {
  const lines = base.split('\n');
  return lines
    .map((line) => (line.startsWith(`${identifier}: `) ? `${identifier}: ${value}` : line))
    .join('\n');
}
