/** Stripe’s form, which others have taken over: `t=…,v1=…` in one header, an HMAC-SHA256 of time, point and body. */
import type { TimestampUnit } from '../freshness.ts';
import { BODY, TIMESTAMP } from './message-parts.ts';
import { template } from './message-template.ts';
import { type SenderSource, senderTemplate } from './sender-template.ts';
import { signatureList } from './signature-list.ts';
import type { SignatureEncoding } from './signature-text.ts';
import { signedTime } from './signed-time.ts';
import type { TemplateOptions } from './template-options.ts';

interface TimedHmac extends Pick<TemplateOptions, 'name' | 'id' | 'type' | 'replay' | 'tolerance'> {
  /** That of times and signatures, in lower case. */
  readonly header: string;
  /** Default `hex`. */
  readonly encoding?: SignatureEncoding;
  /** Default `s`. */
  readonly unit?: TimestampUnit;
}

export function timedHmac({ header, encoding = 'hex', unit = 's', ...parts }: TimedHmac): SenderSource {
  return senderTemplate({
    replay: 'message',
    ...parts,
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: {
      header,
      encoding,
      list: signatureList({ separator: ',', assign: '=', labels: ['v1'] }),
    },
    message: template(TIMESTAMP, '.', BODY),
    timestamp: signedTime({ item: 't', unit }),
  });
}
