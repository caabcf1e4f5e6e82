/** Every library, by its name in the registry; imported only once the peers are installed. */
import { runExchanges } from '../exchange.ts';
import type { Row } from '../table.ts';
import * as dpop from './dpop.ts';
import * as httpMessageSig from './http-message-sig.ts';
import * as httpMessageSignatures from './http-message-signatures.ts';
import * as jose from './jose.ts';
import * as jsonwebtoken from './jsonwebtoken.ts';
import * as octokit from './octokit.ts';
import * as slackBolt from './slack-bolt.ts';
import * as standardwebhooks from './standardwebhooks.ts';
import * as stripe from './stripe.ts';
import * as svix from './svix.ts';
import * as twilio from './twilio.ts';
import * as webBotAuth from './web-bot-auth.ts';

const LIBRARIES = {
  stripe,
  svix,
  standardwebhooks,
  '@octokit/webhooks-methods': octokit,
  '@slack/bolt': slackBolt,
  twilio,
  jose,
  jsonwebtoken,
  dpop,
  'http-message-signatures': httpMessageSignatures,
  'http-message-sig': httpMessageSig,
  'web-bot-auth': webBotAuth,
} as const;

export async function runLibraries(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [name, library] of Object.entries(LIBRARIES)) {
    rows.push(...(await runExchanges(name, await library.exchanges())));
  }
  return rows;
}
