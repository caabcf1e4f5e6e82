/** The rows of the options of a scheme of certificates. */
import {
  namedTexts,
  type OptionRow,
  object,
  oneOrMore,
  TEXT,
  type ValueSchema,
  words,
} from '../../option-row.ts';
import { TEMPLATE_VALUES } from '../template-rows.ts';
import { RSA_ALGORITHMS } from './certificate-options.ts';

const HOSTS: ValueSchema = oneOrMore({ type: 'string', pattern: '^[a-z0-9.{}-]+$' });

function choice(value: ValueSchema): ValueSchema {
  return {
    anyOf: [
      value,
      object(
        {
          member: { ...TEXT, description: 'the member of the JSON body that chooses' },
          values: {
            type: 'object',
            properties: {},
            additionalProperties: value,
            description: 'what it chooses, by its value',
          },
        },
        ['member', 'values'],
      ),
    ],
  };
}

export const CERTIFICATE_ROWS: readonly OptionRow[] = [
  {
    name: 'certificate',
    description:
      'where the certificate is: { member, hosts, names }: the member that holds its address, whose addresses are taken, and for which names it must be; {region} in a host stands for the name of a region, e.g. us-east-1',
    value: object(
      {
        member: { ...TEXT, description: 'the member of the JSON body that holds its address' },
        hosts: { ...HOSTS, description: 'hosts that it may be fetched from, over https' },
        names: { ...HOSTS, description: 'names of which the certificate must be for one' },
      },
      ['member', 'hosts', 'names'],
    ),
    default: 'none',
    isRequired: true,
  },
  {
    name: 'signature',
    description: 'the member that holds the signature, in base64',
    value: TEXT,
    default: 'none',
    isRequired: true,
  },
  {
    name: 'algorithm',
    description:
      'what signs; or { member, values }, where a member of the body chooses: what it chooses by each value, and no others are taken',
    value: choice(words(...RSA_ALGORITHMS)),
    default: 'none',
    isRequired: true,
  },
  {
    name: 'message',
    description:
      'the members that are signed, in order: a line of the name and a line of the value each; NAME? may be absent; or { member, values }, where a member chooses between lists',
    value: choice(oneOrMore(TEXT)),
    default: 'none',
    isRequired: true,
  },
  {
    name: 'timestamp',
    description: 'the member that holds the time, in RFC 3339; the message must cover it',
    value: TEXT,
    default: 'none',
  },
  {
    name: 'toleranceMs',
    description: 'how old, and how far ahead, a request may be; or { past, future }',
    value: TEMPLATE_VALUES.toleranceMs,
    default: '300000',
  },
  {
    name: 'id',
    description: 'the member that holds the id, by which repeats are told; the message must cover it',
    value: TEXT,
    default: 'none',
  },
  {
    name: 'eventType',
    description: 'the member that holds the event’s type; a.b is the member b of a',
    value: TEXT,
    default: 'none',
  },
  {
    name: 'require',
    description: 'members that must have one of some values: { NAME: [VALUE] }; the message must cover them',
    value: { type: 'object', properties: {}, additionalProperties: oneOrMore(TEXT) },
    default: 'none',
  },
  {
    name: 'confirm',
    description:
      'a message whose address the sender wants called before it sends more: { member, when }: the member that holds it, at one of the certificate’s hosts, and what members hold in such a message; a gateway calls it, and a program is told of it',
    value: object(
      {
        member: { ...TEXT, description: 'the member of the JSON body that holds the address' },
        when: { ...namedTexts(TEXT), description: 'what members hold in such a message' },
      },
      ['member', 'when'],
    ),
    default: 'none',
  },
];
