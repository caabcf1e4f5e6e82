import { randomBytes } from 'node:crypto';
import { Webhook } from 'svix';
import { changeBody, type Exchange, ourSide, recordOf, textOf, webhook } from '../exchange.ts';

const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';

/** Svix’s own header names, of which Standard Webhooks came. */
const SVIX_HEADERS = { provider: { id: 'standard-webhooks', headers: 'svix' }, keys: [SECRET] } as const;
const STANDARD = { provider: 'standard-webhooks', keys: [SECRET] } as const;

export function exchanges(): readonly Exchange[] {
  return [
    exchangeOf('webhook-* headers', 'webhook', STANDARD),
    exchangeOf('svix-* headers', 'svix', SVIX_HEADERS),
  ];
}

function exchangeOf(name: string, prefix: string, options: typeof STANDARD | typeof SVIX_HEADERS): Exchange {
  const theirs = new Webhook(SECRET);
  return {
    name,
    theirs: {
      sign: () => {
        const at = new Date();
        return webhook({
          [`${prefix}-id`]: ID,
          [`${prefix}-timestamp`]: String(Math.floor(at.getTime() / 1000)),
          [`${prefix}-signature`]: theirs.sign(ID, at, textOf(webhook())),
        });
      },
      // It returns nothing, and throws where it refuses.
      accepts: (request) => {
        theirs.verify(textOf(request), recordOf(request));
        return true;
      },
    },
    ours: ourSide(options, options, webhook),
    tamper: changeBody,
  };
}
