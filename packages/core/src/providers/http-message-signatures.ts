import type { Provider } from '../provider.ts';
import { readMessageSignatures } from '../schemes/message-signatures/declared-options.ts';
import { createMessageSignatureScheme } from '../schemes/message-signatures/message-signatures.ts';
import { MESSAGE_SIGNATURE_ROWS } from '../schemes/message-signatures/option-rows.ts';

export const httpMessageSignatures: Provider<'http-message-signatures'> = {
  id: 'http-message-signatures',
  otherNames: ['web-bot-auth', 'ucp', 'visa-tap', 'rfc9421'],
  title: 'HTTP Message Signatures',
  summary:
    'A standard signature over parts of a request that the sender lists, with a digest for the body: method, target and body unless the gate says otherwise. Profiles: Web Bot Auth, UCP, AdCP, Visa’s Trusted Agent Protocol.',
  source:
    'RFC 9421 and RFC 9530. No trailers. Responses are signed by a gate of their own. Profiles: draft-meunier-webbotauth-httpsig-protocol; ucp.dev, Message Signatures; adcontextprotocol.org, Security; developer.visa.com, Trusted Agent Protocol.',
  keyVariable: 'MESSAGE_SIGNATURE_KEY',
  scheme: {
    options: MESSAGE_SIGNATURE_ROWS,
    create: (options) =>
      createMessageSignatureScheme(readMessageSignatures(options, 'http-message-signatures')),
  },
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'refuse',
  replayNote:
    'Without a required nonce, or an id in a header, the signed message is the identity: two equal requests in one second count as one.',
};
