/** What most senders of webhooks do: an HMAC of the body as received, in a header. */
import { type SenderSource, senderTemplate } from './sender-template.ts';
import type { SignatureEncoding } from './signature-text.ts';
import type { SignatureList, TemplateOptions } from './template-options.ts';
import { wholeBody } from './whole-body.ts';

interface BodyHmac extends Pick<TemplateOptions, 'name' | 'id' | 'type' | 'replay' | 'handshakes'> {
  /** Default `hmac-sha256`. */
  readonly algorithm?: 'hmac-sha256' | 'hmac-sha1';
  /** The signature’s, in lower case. */
  readonly header: string;
  /** Default `hex`. */
  readonly encoding?: SignatureEncoding;
  readonly prefix?: string;
  readonly list?: SignatureList;
  /** How the key’s text becomes bytes. Default `utf8`: it is the key to the letter. */
  readonly keyEncoding?: 'utf8' | 'hex' | 'base64';
}

export function bodyHmac({
  algorithm = 'hmac-sha256',
  header,
  encoding = 'hex',
  prefix,
  list,
  keyEncoding = 'utf8',
  ...parts
}: BodyHmac): SenderSource {
  return senderTemplate({
    replay: 'message',
    ...parts,
    keyForms: [{ algorithm, variant: 0, kind: 'secret', encoding: keyEncoding }],
    signature: { header, encoding, ...(prefix !== undefined && { prefix }), ...(list && { list }) },
    message: wholeBody,
  });
}
