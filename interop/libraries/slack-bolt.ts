import { createHmac } from 'node:crypto';
// The one function of bolt that verifies; its index would load all of Slack’s clients.
import bolt from '@slack/bolt/dist/receivers/verify-request.js';
import { changeBody, type Exchange, ourSide, recordOf, textOf, webhook } from '../exchange.ts';
import { SECRET } from './keys.ts';

const OURS = { provider: 'slack', keys: [SECRET] } as const;

export function exchanges(): readonly Exchange[] {
  return [
    {
      name: 'verifySlackRequest; signed by the documented formula, for bolt signs nothing',
      theirs: {
        sign: () => {
          const seconds = String(Math.floor(Date.now() / 1000));
          const base = `v0:${seconds}:${textOf(webhook())}`;
          return webhook({
            'x-slack-request-timestamp': seconds,
            'x-slack-signature': `v0=${createHmac('sha256', SECRET).update(base).digest('hex')}`,
          });
        },
        accepts: (request) => {
          const headers = recordOf(request);
          bolt.verifySlackRequest({
            signingSecret: SECRET,
            body: textOf(request),
            headers: {
              'x-slack-signature': headers['x-slack-signature'] ?? '',
              'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
            },
          });
          return true;
        },
      },
      ours: ourSide(OURS, OURS, webhook),
      tamper: changeBody,
    },
  ];
}
