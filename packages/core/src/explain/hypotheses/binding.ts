/** Bound headers that were changed between the client and the gate. */
import { bareText } from '../../text/quotes.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { tokenDeclared, withToken } from '../other-options.ts';
import type { Change, Trial } from '../trial.ts';

/** More headers than these are not tried. */
const MAX_HEADERS = 16;

function bindingRow(
  row: Pick<TrialHypothesis, 'id' | 'says' | 'mend'>,
  changes: (trial: Trial) => Iterable<Change>,
): TrialHypothesis {
  return { ...row, part: 'token', steps: ['compare'], example: 'binding', changes };
}

/** Each bound header with other values. */
function* withBound(trial: Trial, values: (value: string) => Iterable<string>): Generator<Change> {
  const { headers } = trial.request;
  for (const name of tokenDeclared(trial.scheme)?.options.binding ?? []) {
    const value = headers.single(name);
    if (!value) continue;
    for (const other of new Set(values(value)))
      if (other !== value && other !== '')
        yield { request: { ...trial.request, headers: headers.with(name, other) }, detail: name };
  }
}

const WORD = /^([A-Za-z][\w-]*)(\s+)(?=\S)/;

export const BINDING: readonly TrialHypothesis[] = [
  bindingRow(
    {
      id: 'binding-scheme-case',
      says: (detail) =>
        `The token is bound to the value of ${detail} with its first word in other letters, such as bearer for Bearer.`,
      mend: () =>
        'Have the client bind the header’s value as it sends it; or look for a proxy that rewrites it.',
    },
    (trial) =>
      withBound(trial, function* (value) {
        const word = WORD.exec(value)?.[1] ?? '';
        const rest = value.slice(word.length);
        yield word.toLowerCase() + rest;
        yield word.charAt(0).toUpperCase() + word.slice(1).toLowerCase() + rest;
        yield word.toUpperCase() + rest;
      }),
  ),
  bindingRow(
    {
      id: 'binding-scheme-left-out',
      says: (detail) =>
        `The token is bound to the value of ${detail} without its first word, such as Bearer.`,
      mend: () => 'Have the client bind the whole value of the header: the word, the blank and what follows.',
    },
    (trial) => withBound(trial, (value) => [value.replace(WORD, '')]),
  ),
  bindingRow(
    {
      id: 'binding-scheme-taken-off',
      says: (detail) =>
        `The token is bound to the value of ${detail} with a word before it, such as Bearer, which the request has not.`,
      mend: () =>
        'Look for a proxy or a middleware that takes the word off; or have the client bind what it sends.',
    },
    (trial) =>
      withBound(trial, (value) =>
        WORD.test(value) ? [] : ['Bearer ', 'bearer ', 'Basic ', 'Token '].map((word) => word + value),
      ),
  ),
  bindingRow(
    {
      id: 'binding-white-space',
      says: (detail) =>
        `The token is bound to the value of ${detail} with other white space in it or around it.`,
      mend: () =>
        'Have the client bind the value without blanks around it and with one between its words: proxies and libraries take the others away.',
    },
    (trial) =>
      withBound(trial, (value) => [
        value.trim(),
        value.replace(/\s+/g, ' ').trim(),
        value.replace(/\s+/g, ''),
        `${value}\n`,
        ` ${value}`,
        `${value} `,
        value.replace(WORD, '$1  '),
      ]),
  ),
  bindingRow(
    {
      id: 'binding-quotes',
      says: (detail) => `The token is bound to the value of ${detail} with other quotes around it.`,
      mend: () => 'Have the client bind the text that it sends, and not the JSON of it.',
    },
    (trial) => withBound(trial, (value) => [bareText(value), JSON.stringify(value)]),
  ),
  bindingRow(
    {
      id: 'binding-other-header',
      says: (detail) => `The token is bound to the header ${detail}, and the gate’s binding names another.`,
      mend: (detail) => `Set binding: [${detail}], or have the client bind the gate’s header.`,
    },
    function* (trial) {
      const { binding = [], header } = tokenDeclared(trial.scheme)?.options ?? {};
      if (binding.length === 0) return;
      const names = new Set([...trial.request.headers].map(([name]) => name.toLowerCase()));
      for (const name of [...names].slice(0, MAX_HEADERS))
        if (name !== header) yield* withToken(trial, (options) => ({ ...options, binding: [name] }), name);
    },
  ),
  bindingRow(
    {
      id: 'binding-order',
      says: (detail) => `The token is bound to the gate’s headers in another order: ${detail}.`,
      mend: (detail) => `Set binding: [${detail}], or have the client join them in the gate’s order.`,
    },
    function* (trial) {
      const { binding = [] } = tokenDeclared(trial.scheme)?.options ?? {};
      if (binding.length < 2) return;
      const orders = [
        [...binding].reverse(),
        [...binding.slice(1), ...binding.slice(0, 1)],
        [...binding].sort(),
      ];
      for (const order of orders)
        yield* withToken(trial, (options) => ({ ...options, binding: order }), order.join(', '));
    },
  ),
];
