import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { changeBody, type Exchange, type Lack, ourSide, recordOf, textOf, webhook } from '../exchange.ts';

const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
const OURS = { provider: 'standard-webhooks', keys: [SECRET] } as const;

export function exchanges(): readonly (Exchange | Lack)[] {
  const theirs = new Webhook(SECRET);
  return [
    {
      name: 'v1, HMAC-SHA256',
      theirs: {
        sign: () => {
          const at = new Date();
          return webhook({
            'webhook-id': ID,
            'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
            'webhook-signature': theirs.sign(ID, at, textOf(webhook())),
          });
        },
        accepts: (request) => theirs.verify(textOf(request), recordOf(request)) !== undefined,
      },
      ours: ourSide(OURS, OURS, webhook),
      tamper: changeBody,
    },
    { name: 'v1a, Ed25519', lacking: 'the package has HMAC only' },
  ];
}
