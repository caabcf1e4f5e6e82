import type { Provider } from '../provider.ts';
import { readMessageSignatures } from '../schemes/message-signatures/declared-options.ts';
import { createMessageSignatureScheme } from '../schemes/message-signatures/message-signatures.ts';

export const httpMessageSignatures: Provider = {
  id: 'http-message-signatures',
  title: 'HTTP Message Signatures',
  summary:
    'A standard signature over parts of a request that the sender lists, with a digest for the body: method, target and body unless the gate says otherwise.',
  source: 'RFC 9421 and RFC 9530. Requests only: no ;req, no trailers, no @status.',
  keyVariable: 'MESSAGE_SIGNATURE_KEY',
  options: [
    {
      name: 'algorithm',
      description:
        'hmac-sha256, ed25519, ecdsa-p256-sha256, ecdsa-p384-sha384, rsa-pss-sha512 or rsa-v1_5-sha256; fixed here, never taken from the request',
      default: 'hmac-sha256',
    },
    {
      name: 'components',
      description:
        'what a signature must cover, and what signing covers, e.g. x-id or \'example-dict;key="a"\'; content-digest only where there is a body; @authority, @path and @query stand for @target-uri; none: whatever it covers',
      default: '@method, @target-uri, content-digest',
    },
    {
      name: 'required',
      description:
        'parameters that a signature must have: some of created, expires, nonce, alg, keyid, tag, or none; with nonce, the nonce is the identity of a request',
      default: 'created',
    },
    {
      name: 'label',
      description: 'the label of the signature that counts',
      default: 'any; signing writes sig1',
    },
    { name: 'tag', description: 'the tag of the signature that counts', default: 'any' },
    { name: 'maxAgeMs', description: 'how old created may be', default: '300000' },
    { name: 'futureMs', description: 'how far ahead created may be', default: '60000' },
    { name: 'digest', description: 'what signing writes: sha-256 or sha-512', default: 'sha-256' },
    {
      name: 'origin',
      description: 'scheme and host as the sender knows them, behind a proxy or without TLS',
      default: 'https and the request’s host, or what a trusted proxy says of them',
    },
    {
      name: 'structuredFields',
      description: 'types of further fields that are covered with ;sf: { NAME: dictionary | list | item }',
      default: 'the registered ones',
    },
  ],
  proof: 'signature',
  repeats: 'refuse',
  replayNote:
    'Without a required nonce the signed message is the identity: two equal requests in one second count as one.',
  createScheme: (options) =>
    createMessageSignatureScheme(readMessageSignatures(options, 'http-message-signatures')),
};
