/** Signatures of responses (RFC 9421 §2.4): parts of the response, and with `;req` parts of the request that it answers. */
import type { SignedRequest } from '../../model.ts';
import type { Objection } from '../../objection.ts';
import { OptionReader, type RawOptions } from '../../options.ts';
import type { Scheme } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { isOfRequest, type SignatureComponent } from './component.ts';
import { type ComponentContext, componentValue } from './component-value.ts';
import { readMessageSignatures } from './declared-options.ts';
import { createMemo, type Memo } from './memo.ts';
import { createMessageSignatureScheme } from './message-signatures.ts';
import { isOwnDigest, type MessageSignatureOptions } from './policy.ts';

/**
 * A response as the steps of the engine take it: its fields and its body, below the line of the request that it answers.
 */
export interface AnsweredRequest extends SignedRequest {
  readonly status: number;
  readonly answered: SignedRequest;
}

/** Options as they are written, read. @throws SetupError naming the option and the remedy */
export function readResponseSignatures(raw: RawOptions): MessageSignatureOptions {
  const reader = new OptionReader(raw, 'scheme');
  const options = readMessageSignatures(reader, 'signed-response', 'response');
  // Without it a request’s own signature could come back as that of its response.
  if (!options.components.some(({ name }) => name === '@status')) {
    throw new SetupError(
      reader.path('components'),
      'they leave out @status',
      'Add it: without it a response could have any status.',
    );
  }
  return {
    ...options,
    kind: 'response',
    context: { ...options.context, kind: 'response', read: readValue, structureRemedy: STRUCTURE },
    isDue: (component, message) => isDue(component, message as AnsweredRequest),
    remedies: REMEDIES,
  };
}

/**
 * The same, tied to one request besides: each header of these that a request has must be covered, with `;req`. One of which the components
 * name a part, as FAPI does with `signature;key="sig1";req`, is due as they name it.
 */
export function tiedTo(
  options: MessageSignatureOptions,
  proofHeaders: readonly string[],
): MessageSignatureOptions {
  const written = new Set(options.components.filter(isOfRequest).map(({ name }) => name));
  const tied = proofHeaders
    .filter((name) => !written.has(name))
    .map((name): SignatureComponent => ({ name, parameters: OF_REQUEST, identifier: `"${name}";req` }));
  const isTied = new Set(tied.map(({ identifier }) => identifier));
  return {
    ...options,
    components: [...options.components, ...tied],
    isDue(component, message) {
      if (!isTied.has(component.identifier)) return isDue(component, message as AnsweredRequest);
      return (message as AnsweredRequest).answered.headers.get(component.name) !== undefined;
    },
  };
}

export function createResponseScheme(options: MessageSignatureOptions): Scheme {
  return createMessageSignatureScheme(options) as Scheme;
}

const OF_REQUEST: SignatureComponent['parameters'] = new Map([['req', true]]);

const STRUCTURE = 'Name the field’s type under structuredFields.';

const REMEDIES: NonNullable<MessageSignatureOptions['remedies']> = {
  label:
    'The signatures that it has are others’: set label and tag to what the server writes under its responses.',
  required: 'Have the server sign with it, or take it out of required.',
  components: 'Have the server cover it, or take it out of components.',
};

/**
 * A digest is due where there is a body, another field of the response where the response has it: none can be taken away, since the
 * signature lists it, nor added, since it is due then. A part of a field, and what is of the request, is due as it is written.
 */
function isDue(component: SignatureComponent, { body, headers, answered }: AnsweredRequest): boolean {
  if (component.name === 'content-digest')
    return isOwnDigest(component) ? body.length > 0 : answered.body.length > 0;
  const isOwnField = !component.name.startsWith('@') && component.parameters.size === 0;
  return !isOwnField || headers.get(component.name) !== undefined;
}

function readValue(
  component: SignatureComponent,
  message: SignedRequest,
  context: ComponentContext,
  memo: Memo = createMemo(),
): string | Objection {
  const { status, answered } = message as AnsweredRequest;
  if (component.name === '@status') return String(status);
  if (!isOfRequest(component)) return componentValue(component, message, context, memo);
  const parameters = new Map([...component.parameters].filter(([name]) => name !== 'req'));
  // What was read of the response’s own fields says nothing of the request’s.
  const ofRequest: Memo = (key, make) => memo(`req ${key}`, make);
  return componentValue({ ...component, parameters }, answered, { ...context, kind: 'request' }, ofRequest);
}
