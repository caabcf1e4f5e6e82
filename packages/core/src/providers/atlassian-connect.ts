import type { Provider } from '../provider.ts';
import { BASE_PATH, readBasePath } from '../schemes/jwt/base-path.ts';
import { queryHashClaim } from '../schemes/jwt/query-hash-claim.ts';
import { senderToken } from '../schemes/jwt/sender-token.ts';

export const atlassianConnect: Provider<'atlassian-connect'> = {
  id: 'atlassian-connect',
  title: 'Atlassian Connect',
  summary:
    'Jira, Confluence and Bitbucket send a JSON Web Token in Authorization: JWT, whose claim qsh holds the SHA-256 of method, path and query.',
  source:
    'https://developer.atlassian.com/cloud/bitbucket/query-string-hash; npm atlassian-jwt, https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/',
  keyVariable: 'ATLASSIAN_SHARED_SECRET',
  setUp:
    'The sharedSecret that an installation is sent is this gate’s key; each installation has its own, and the clientKey that is its tokens’ issuer.',
  scheme: senderToken(
    {
      name: 'atlassian-connect',
      algorithms: ['HS256'],
      header: 'authorization',
      prefix: 'JWT ',
    },
    {
      names: ['header', 'algorithm', 'jwks', 'issuer', 'audience', 'leewayMs'],
      rows: [
        {
          name: 'basePath',
          description:
            'the path of the app’s base URL, which its senders leave out of the hash, e.g. /connect',
          value: BASE_PATH,
          default: 'none',
        },
      ],
      read(options) {
        const basePath = readBasePath(options);
        return { bound: [queryHashClaim('qsh', basePath === undefined ? {} : { basePath })] };
      },
    },
  ),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'token',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'None: the body is not proved, and two webhooks of one second have the same token. Believe only what you fetch from Atlassian yourself.',
};
