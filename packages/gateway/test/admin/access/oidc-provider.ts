/** A small OpenID Connect provider that signs real tokens and checks what it is sent; with the ways to be wrong that a test asks for. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { listen } from '../../harness.ts';

export interface ProviderTurn {
  /** In place of the claims that are right. */
  readonly claims?: JWTPayload;
  /** Signed with a key that is not published. */
  readonly isForged?: boolean;
  readonly tokenStatus?: number;
}

export const CLIENT = { clientId: 'console', clientSecret: 'a secret of the client: with %' };

export interface TestProvider {
  readonly issuer: string;
  /** What it does next. */
  turn: ProviderTurn;
  /** Log in there, as a browser that was sent to `url`; gives where it is sent back to. */
  approve(url: string): URL;
  /** Codes that were redeemed. */
  readonly redeemed: string[];
}

interface Grant {
  readonly challenge: string;
  readonly nonce: string;
  readonly redirect: string;
}

export async function startProvider(): Promise<TestProvider> {
  const [own, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'a', alg: 'RS256', use: 'sig' };
  const grants = new Map<string, Grant>();
  const provider: { issuer: string; turn: ProviderTurn; redeemed: string[] } = {
    issuer: '',
    turn: {},
    redeemed: [],
  };

  const idToken = async ({ nonce }: Grant): Promise<string> => {
    const nowS = Math.floor(Date.now() / 1000);
    const right = {
      iss: provider.issuer,
      sub: 'subject-1',
      aud: CLIENT.clientId,
      iat: nowS,
      exp: nowS + 60,
      nonce,
      email: 'ada@example.com',
      groups: ['staff', 'ops'],
    };
    const key = provider.turn.isForged ? other.privateKey : own.privateKey;
    return new SignJWT({ ...right, ...provider.turn.claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'a' })
      .sign(key);
  };
  const redeem = async (form: URLSearchParams, authorization: string): Promise<[number, object]> => {
    const { turn } = provider;
    if (turn.tokenStatus !== undefined) return [turn.tokenStatus, { error: 'server_error' }];
    const [id, secret] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
      .toString()
      .split(':');
    const isClient =
      id === CLIENT.clientId &&
      decodeURIComponent((secret ?? '').replaceAll('+', ' ')) === CLIENT.clientSecret;
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!isClient) return [401, { error: 'invalid_client' }];
    if (grant === undefined || grant.challenge !== verifier || grant.redirect !== form.get('redirect_uri'))
      return [400, { error: 'invalid_grant' }];
    provider.redeemed.push(code);
    return [200, { access_token: 'an-access-token', token_type: 'Bearer', id_token: await idToken(grant) }];
  };
  const server = createServer((request, response) => {
    const answer = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const { issuer } = provider;
    if (request.url === '/.well-known/openid-configuration')
      answer(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      });
    else if (request.url === '/keys') answer(200, { keys: [jwk] });
    else {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        void redeem(form, request.headers.authorization ?? '').then(([status, value]) =>
          answer(status, value),
        );
      });
    }
  });
  provider.issuer = await listen(server);
  return Object.assign(provider, {
    approve(url: string): URL {
      const asked = new URL(url).searchParams;
      const code = randomUUID();
      const redirect = asked.get('redirect_uri') ?? '';
      grants.set(code, {
        redirect,
        challenge: asked.get('code_challenge') ?? '',
        nonce: asked.get('nonce') ?? '',
      });
      const back = new URL(redirect);
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      // As Google and Keycloak do.
      back.searchParams.set('session_state', 'x');
      return back;
    },
  });
}
