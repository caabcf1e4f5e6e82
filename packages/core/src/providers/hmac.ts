import type { Provider } from '../provider.ts';
import { readSource, readTemplate } from '../schemes/declared.ts';
import { createTemplateScheme } from '../schemes/template.ts';

export const hmac: Provider = {
  id: 'hmac',
  title: 'Generic HMAC',
  summary: 'A shared secret signs time, nonce and body; every detail can be set to what the sender does.',
  source: 'RFC 2104; the message and header names are this project’s own defaults.',
  keyVariable: 'MY_SECRET_KEY',
  options: [
    { name: 'algorithm', description: 'sha1, sha256, sha384 or sha512', default: 'sha256' },
    {
      name: 'signature',
      description:
        'where it sits and how it is written: { header | query | member | field, prefix, encoding }',
      default: '{ header: x-signature, encoding: hex-any-case }',
    },
    {
      name: 'message',
      description:
        'a template over {timestamp} {nonce} {id} {method} {path} {query} {url} {host} {body} {header:NAME}; {header:NAME?} where an absent one counts as empty',
      default: '{timestamp}.{body}, with {nonce} before the body where the request has one',
    },
    {
      name: 'timestamp',
      description:
        '{ header | query | member | field, unit: s | ms | rfc3339 }, or none; the message must cover it',
      default: '{ header: x-timestamp, unit: s }',
    },
    {
      name: 'toleranceMs',
      description: 'how old, and how far ahead, a request may be; or { past, future }',
      default: '300000',
    },
    { name: 'nonce', description: 'where the nonce sits', default: 'x-nonce' },
    { name: 'requestId', description: 'where {id} sits', default: 'none' },
    { name: 'keyId', description: 'where the key’s id sits', default: 'x-key-id' },
    {
      name: 'origin',
      description: 'scheme and host for {url} and {host}, as the sender knows them',
      default: 'https and the request’s host, or what a trusted proxy says of them',
    },
  ],
  proof: 'signature',
  repeats: 'refuse',
  replayNote:
    'The signed content is the identity. Without a nonce, two equal requests in one second count as one.',
  createScheme: (options) => {
    const untimed = options.raw('timestamp') === 'none';
    const id = readSource(options, 'requestId');
    const template = readTemplate(options, {
      name: 'hmac',
      algorithm: 'hmac-sha256',
      signature: { header: 'x-signature', encoding: 'hex-any-case' },
      message: untimed ? ['{nonce}.{body}', '{body}'] : ['{timestamp}.{nonce}.{body}', '{timestamp}.{body}'],
      timestamp: { header: 'x-timestamp', unit: 's' },
      nonce: { header: 'x-nonce' },
      keyId: { header: 'x-key-id' },
      ...(id && { id }),
    });
    return createTemplateScheme(template);
  },
};
