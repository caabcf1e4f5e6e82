/** The schema of what a gate keeps: for how long, how much, and what of it nobody sees; see `schema.ts`. */
import type { KeepConfig, KeepRules, MaskConfig } from './config.ts';
import type { KeepInput, KeepRulesInput, MaskInput } from './delivery-input.ts';
import { deliverSchema, type ReadDestination } from './destination-schema.ts';
import { optional, withDefault } from './left-out.ts';
import { HEADER_NAME } from './names.ts';
import { duration, flag, oneOf, plainText, readable, size } from './schema-leaves.ts';
import { into, list, mapping, type Schema } from './shape.ts';
import { DAY } from './units.ts';

const LONGEST_MS = 36_500 * DAY;
const LARGEST_BYTES = 2 ** 50;

/** What the schema makes of `keep`: names of destinations, and destinations. */
export interface ReadKeep extends Omit<KeepConfig, 'deliver'> {
  readonly deliver: readonly (string | ReadDestination)[];
}

/** Makes the schema of `keep`. */
export function keepSchema(): Schema<ReadKeep, KeepInput> {
  const written = mapping(
    'Stores the request durably, byte for byte, acknowledges it after the commit, and delivers it with retries.',
    {
      deliver: withDefault(deliverSchema('events'), []),
      ...ruleMembers(),
      body: withDefault(
        oneOf(
          ['whole', 'hash'],
          'hash stores the body’s length and SHA-256 instead of the body; such a gate delivers nothing.',
        ),
        'whole',
      ),
      fullText: withDefault(
        flag(
          'A full-text index of the events, so that they are found by words of their bodies. It takes a third to two thirds of the room of the bodies, and is built in the background.',
        ),
        false,
      ),
    },
    '{ deliver: [{ to: http://127.0.0.1:9000/hook }] }',
  );
  return into(written, ({ deliver, body, fullText, ...rules }) => ({
    kind: 'keep',
    deliver,
    isHashOnly: body === 'hash',
    isFullText: fullText,
    ...rulesOf(rules),
  }));
}

/** Makes the schema of `keep` of a session. */
export function sessionKeepSchema(): Schema<KeepRules, KeepRulesInput> {
  const written = mapping(
    'How long the session’s events are kept, and what is masked when they are shown.',
    ruleMembers(),
  );
  return into(written, rulesOf);
}

/** What gates and sessions say alike. */
function ruleMembers() {
  return {
    for: optional(
      duration(
        'How long events are kept. An event with a waiting delivery is kept for twice as long, and for at least a week longer.',
        LONGEST_MS,
      ),
      'forever',
    ),
    atMost: optional(
      size(
        'How much is kept, counted as the bodies as received and a kilobyte for each event. The oldest are deleted first; an event with a waiting delivery stays.',
        LARGEST_BYTES,
      ),
      'no limit',
    ),
    mask: withDefault(maskSchema(), {}),
  };
}

function rulesOf({
  for: forMs,
  atMost,
  mask,
}: {
  readonly for?: number;
  readonly atMost?: number;
  readonly mask: MaskConfig;
}): KeepRules {
  return {
    ...(forMs !== undefined && { forMs }),
    ...(atMost !== undefined && { maxBytes: atMost }),
    mask,
  };
}

function maskSchema(): Schema<MaskConfig, MaskInput> {
  return mapping(
    'Values that views, lists and logs show as ***. Events are stored and delivered unmasked.',
    {
      headers: withDefault(
        list(
          readable<string>(
            {
              expected: 'the name of a header, such as x-user-email',
              description: 'A header’s name.',
              pattern: HEADER_NAME,
            },
            (text) => (HEADER_NAME.test(text) ? text.toLowerCase() : { misfit: true }),
          ),
          {
            expected: 'a list, such as [x-user-email]',
            description: 'Names of headers, in upper or lower case.',
          },
        ),
        [],
      ),
      members: withDefault(
        list(
          plainText('A member’s name, or names with dots between them.', 'a member’s name, such as email'),
          {
            expected: 'a list, such as [email, customer.address]',
            description:
              'Members of a JSON body: a name without dots matches anywhere, names joined by dots are a path from the top, and * stands for any member. A name without dots also matches a form field or a URL parameter. A body that is neither JSON nor a form is then not shown at all.',
          },
        ),
        [],
      ),
    },
    '{ headers: [x-user-email], members: [email] }',
  );
}
