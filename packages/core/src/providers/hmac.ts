import type { Provider } from '../provider.ts';
import { readSource } from '../schemes/declared-source.ts';
import { createDeclaredTemplate, readTemplate } from '../schemes/declared-template.ts';
import { signedTime } from '../schemes/signed-time.ts';
import { TEMPLATE_FIELDS_TEXT } from '../schemes/template-fields.ts';
import { REPLAY_ROW, TEMPLATE_VALUES } from '../schemes/template-rows.ts';

export const hmac: Provider<'hmac'> = {
  id: 'hmac',
  title: 'Generic HMAC',
  summary: 'A shared secret signs time, nonce and body; every detail can be set to what the sender does.',
  source: 'RFC 2104; the message and header names are this project’s own defaults.',
  keyVariable: 'MY_SECRET_KEY',
  isGeneric: true,
  scheme: {
    options: [
      {
        name: 'algorithm',
        description: 'sha1, sha256, sha384 or sha512; or any other algorithm of a declared scheme',
        value: TEMPLATE_VALUES.algorithm,
        default: 'sha256',
      },
      {
        name: 'signature',
        description:
          'where it sits and how it is written: { header | query | member | field, prefix, encoding }',
        value: TEMPLATE_VALUES.signature,
        default: '{ header: x-signature, encoding: hex-any-case }',
      },
      {
        name: 'message',
        description: `a template over ${TEMPLATE_FIELDS_TEXT}`,
        value: TEMPLATE_VALUES.message,
        default: '{timestamp}.{body}, with {nonce} before the body where the request has one',
      },
      {
        name: 'timestamp',
        description:
          '{ header | query | member | field, unit: s | ms | s-or-ms | rfc3339 }, or none; the message must cover it',
        value: TEMPLATE_VALUES.timestamp,
        default: '{ header: x-timestamp, unit: s }',
      },
      {
        name: 'toleranceMs',
        description: 'how old, and how far ahead, a request may be; or { past, future }',
        value: TEMPLATE_VALUES.toleranceMs,
        default: '300000',
      },
      {
        name: 'nonce',
        description: 'where the nonce sits',
        value: TEMPLATE_VALUES.place,
        default: 'x-nonce',
      },
      { name: 'requestId', description: 'where {id} sits', value: TEMPLATE_VALUES.place, default: 'none' },
      {
        name: 'keyId',
        description: 'where the key’s id sits',
        value: TEMPLATE_VALUES.place,
        default: 'x-key-id',
      },
      {
        name: 'type',
        description: 'where the event’s type sits',
        value: TEMPLATE_VALUES.place,
        default: 'none',
      },
      REPLAY_ROW,
      {
        name: 'origin',
        description: 'scheme and host for {url} and {host}, as the sender knows them',
        value: TEMPLATE_VALUES.origin,
        default: 'https and the request’s host, or what a trusted proxy says of them',
      },
    ],
    optionNames: { id: 'requestId', eventType: 'type' },
    create: (options) => {
      const untimed = options.raw('timestamp') === 'none';
      const id = readSource(options, 'requestId');
      const type = readSource(options, 'type');
      const template = readTemplate(options, {
        name: 'hmac',
        algorithm: 'hmac-sha256',
        signature: { header: 'x-signature', encoding: 'hex-any-case' },
        message: untimed
          ? ['{nonce}.{body}', '{body}']
          : ['{timestamp}.{nonce}.{body}', '{timestamp}.{body}'],
        timestamp: signedTime({ header: 'x-timestamp', unit: 's' }),
        nonce: { header: 'x-nonce' },
        keyId: { header: 'x-key-id' },
        ...(id && { id }),
        ...(type && { type }),
      });
      return createDeclaredTemplate(
        id ? { ...template, declared: [...(template.declared ?? []), 'id'] } : template,
      );
    },
  },
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'refuse',
  replayNote:
    'The signed content is the identity. Without a nonce, two equal requests in one second count as one.',
};
