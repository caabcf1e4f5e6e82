import { HeaderList, type SignedRequest } from '@countersign/core';
import twilio from 'twilio';
import { type Exchange, type Lack, ourSide, recordOf } from '../exchange.ts';
import { SECRET } from './keys.ts';

const URL_TEXT = 'https://shop.example/sms?MessageSid=SM1&From=%2B15550100';

/** Twilio’s signature of a request without a form is over the URL alone. */
const URL_ONLY = {
  scheme: {
    algorithm: 'hmac-sha1',
    signature: { header: 'x-twilio-signature', encoding: 'base64' },
    message: '{url}',
    timestamp: 'none',
  },
  keys: [SECRET],
} as const;

export function exchanges(): readonly (Exchange | Lack)[] {
  return [
    {
      name: 'validateRequest, GET: the URL alone',
      theirs: {
        sign: () => get(twilio.getExpectedTwilioSignature(SECRET, URL_TEXT, {})),
        accepts: (request) =>
          twilio.validateRequest(SECRET, recordOf(request)['x-twilio-signature'] ?? '', request.url, {}),
      },
      ours: ourSide(URL_ONLY, URL_ONLY, () => get()),
      tamper: (request) => ({ ...request, url: request.url.replace('SM1', 'SM2') }),
    },
    {
      name: 'validateRequest, POST: the URL and a form',
      lacking: 'not expressible yet: a declared scheme cannot append sorted form fields to the URL',
    },
  ];
}

function get(signature?: string): SignedRequest {
  return {
    method: 'GET',
    url: URL_TEXT,
    headers: HeaderList.from({
      host: 'shop.example',
      ...(signature !== undefined && { 'x-twilio-signature': signature }),
    }),
    body: new Uint8Array(0),
  };
}
