/** Message signatures (RFC 9421) that are genuine, and not what the gate demands or reads. */
import type { MessageSignatureOptions } from '../../schemes/message-signatures/policy.ts';
import {
  MESSAGE_SIGNATURE_ALGORITHMS,
  type MessageSignatureAlgorithm,
} from '../../schemes/message-signatures/registered-names.ts';
import { shownText } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { type InputText, inputTextOf, withReadableInput } from '../signature-input-text.ts';
import type { Change, Trial } from '../trial.ts';

/** More structured fields are not tried. */
const MAX_FIELDS = 8;

/** `message-signature-structure` at most 24 trials, the others as many as the gate demands components, or 1 to 4. */
export const MESSAGE_SIGNATURE: readonly Hypothesis[] = [
  {
    id: 'message-signature-component-missing',
    part: 'message-signature',
    steps: ['extract'],
    *changes(trial) {
      const input = inputTextOf(trial);
      const required = optionsOf(trial)?.components ?? [];
      const missing = required.filter(({ identifier }) => !input?.components.includes(identifier));
      if (!input || missing.length === 0) return;
      for (const gone of missing)
        yield* withOptions(trial, { components: required.filter((part) => part !== gone) }, gone.identifier);
      const names = missing.map(({ identifier }) => identifier).join(', ');
      yield* withOptions(trial, { components: required.filter((part) => !missing.includes(part)) }, names);
    },
    says: (names) =>
      `The message signature is genuine, and does not cover ${names}, which the gate requires.`,
    mend: (names) =>
      `Have the sender add ${names} to the components that it signs; or, if it may be changed on the way, take it out of the gate’s components.`,
  },
  {
    id: 'message-signature-parameter-missing',
    part: 'message-signature',
    steps: ['extract', 'fresh'],
    *changes(trial) {
      const input = inputTextOf(trial);
      const required = optionsOf(trial)?.required ?? [];
      const missing = required.filter(
        (name) => !input?.parameters.some((text) => text.startsWith(`;${name}=`)),
      );
      if (input && missing.length > 0)
        yield* withOptions(
          trial,
          { required: required.filter((name) => !missing.includes(name)) },
          missing.join(', '),
        );
    },
    says: (names) =>
      `The message signature is genuine, and lacks the parameter ${names}, which the gate requires.`,
    mend: (names) =>
      `Have the sender sign with ${names}; or take it out of the gate’s required (created: lifetime: unbounded), and then a captured request is good for longer.`,
  },
  {
    id: 'message-signature-algorithm',
    part: 'message-signature',
    steps: ['extract', 'compare'],
    *changes(trial) {
      const options = optionsOf(trial);
      // A public key is no secret: as one it would prove what anybody can sign.
      if (!options || options.algorithm === 'hmac-sha256') return;
      const algorithms = Object.keys(MESSAGE_SIGNATURE_ALGORITHMS) as MessageSignatureAlgorithm[];
      for (const algorithm of algorithms)
        if (algorithm !== options.algorithm && algorithm !== 'hmac-sha256')
          yield* withOptions(trial, { algorithm }, algorithm);
    },
    says: (algorithm) => `The sender signs with ${algorithm}, and the gate is set to another algorithm.`,
    mend: (algorithm) => `Set the gate’s algorithm to ${algorithm}.`,
  },
  {
    id: 'message-signature-alg-name',
    part: 'message-signature',
    steps: ['extract'],
    *changes(trial) {
      yield* withoutParameter(trial, 'alg');
    },
    says: (name) =>
      `The message signature is genuine, and its parameter alg names the algorithm otherwise than the standard does: ${name}.`,
    mend: () =>
      'Have the sender write alg by the registry of RFC 9421 (e.g. hmac-sha256, ed25519, ecdsa-p256-sha256), or leave it out.',
  },
  {
    id: 'message-signature-label',
    part: 'message-signature',
    steps: ['extract'],
    *changes(trial) {
      const declared = declaredAs(trial.scheme, 'message-signatures');
      const { label, tags, ...rest } = declared?.options ?? {};
      if (!declared || !isComplete(rest)) return;
      const ownLabel = inputTextOf(trial)?.label ?? 'another one';
      if (label !== undefined)
        yield {
          scheme: declared.build({ ...rest, ...(tags && { tags }) }),
          detail: `label ${shownText(ownLabel)}`,
        };
      if (tags)
        yield { scheme: declared.build({ ...rest, ...(label !== undefined && { label }) }), detail: 'tag' };
      yield { scheme: declared.build(rest), detail: `label ${shownText(ownLabel)} and tag` };
    },
    says: (what) =>
      `The message signature is genuine, and stands under another label or tag than the gate looks for: its own is the ${what}.`,
    mend: () =>
      'Set the gate’s label and tag to what the sender writes, or leave them out; or have the sender write the gate’s.',
  },
  {
    id: 'message-signature-structure',
    part: 'message-signature',
    steps: ['extract'],
    *changes(trial) {
      const options = optionsOf(trial);
      const names = (inputTextOf(trial)?.components ?? []).flatMap(
        (text) => /^"([^"]*)".*;sf/.exec(text)?.[1] ?? [],
      );
      for (const name of options ? new Set(names.slice(0, MAX_FIELDS)) : [])
        for (const type of ['list', 'dictionary', 'item'] as const) {
          const structuredFields = { ...options?.context.structuredFields, [name]: type };
          yield* withOptions(
            trial,
            { context: { ...options?.context, structuredFields } },
            `${name}: ${type}`,
          );
        }
    },
    says: (field) =>
      `The signature covers a structured field whose structure the gate does not know (${field}).`,
    mend: (field) =>
      `Name it under the gate’s structuredFields: { ${field} }; or have the sender cover the field as it stands, without ;sf and ;key.`,
  },
  {
    id: 'message-signature-created-form',
    part: 'message-signature',
    steps: ['extract'],
    *changes(trial) {
      const input = inputTextOf(trial);
      if (!input) return;
      const anew = input.text.replace(
        /;(created|expires)="?(\d+)(\.\d+)?"?/g,
        (_, name: string, digits: string) => `;${name}=${digits.length > 11 ? digits.slice(0, -3) : digits}`,
      );
      if (anew !== input.text) yield withReadableInput(trial, input, anew);
    },
    says: () =>
      'The message signature is genuine, and its time created or expires is no number of whole seconds: milliseconds, a fraction or a text.',
    mend: () =>
      'Have the sender write created and expires in whole seconds since 1970, e.g. Math.floor(Date.now() / 1000).',
  },
  {
    id: 'message-signature-expires',
    part: 'message-signature',
    steps: ['fresh'],
    *changes(trial) {
      const options = optionsOf(trial);
      const text = inputTextOf(trial)?.text ?? '';
      const created = Number(/;created=(\d+)/.exec(text)?.[1]) * 1000;
      const expires = Number(/;expires=(\d+)/.exec(text)?.[1]) * 1000;
      if (options && expires >= created && trial.nowMs - created <= options.maxAgeMs)
        yield { nowMs: created, detail: `${(expires - created) / 1000} s` };
    },
    says: (after) =>
      `The signature had ended by its own parameter expires, ${after} after it was made; the gate would have taken it for longer.`,
    mend: () =>
      'Have the sender set expires later, or leave it out; and look for what delays its requests on the way.',
  },
];

function optionsOf({ scheme }: Trial): MessageSignatureOptions | undefined {
  return declaredAs(scheme, 'message-signatures')?.options;
}

function* withOptions(
  trial: Trial,
  other: Partial<MessageSignatureOptions>,
  detail: string,
): Generator<Change> {
  const declared = declaredAs(trial.scheme, 'message-signatures');
  if (declared) yield { scheme: declared.build({ ...declared.options, ...other }), detail };
}

function* withoutParameter(trial: Trial, name: string): Generator<Change> {
  const input: InputText | undefined = inputTextOf(trial);
  const parameter = input?.parameters.find((text) => text.startsWith(`;${name}=`));
  if (input && parameter !== undefined)
    yield withReadableInput(
      trial,
      input,
      input.text.replace(parameter, ''),
      shownText(parameter.slice(name.length + 2)),
    );
}

function isComplete(options: Partial<MessageSignatureOptions>): options is MessageSignatureOptions {
  return options.algorithm !== undefined;
}
