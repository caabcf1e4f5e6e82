import { sign, verify } from '@octokit/webhooks-methods';
import { changeBody, type Exchange, ourSide, recordOf, textOf, webhook } from '../exchange.ts';
import { SECRET } from './keys.ts';

const OURS = { provider: 'github', keys: [SECRET] } as const;

export function exchanges(): readonly Exchange[] {
  return [
    {
      name: 'X-Hub-Signature-256',
      theirs: {
        sign: async () => webhook({ 'x-hub-signature-256': await sign(SECRET, textOf(webhook())) }),
        accepts: (request) => verify(SECRET, textOf(request), recordOf(request)['x-hub-signature-256'] ?? ''),
      },
      ours: ourSide(OURS, OURS, webhook),
      tamper: changeBody,
    },
  ];
}
