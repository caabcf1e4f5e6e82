/** An OpenID Connect provider as openid-client speaks with it, over the gateway's own calls; loaded with the first log-in. */
import type * as OpenIdClient from 'openid-client';
import type { OidcConfig } from '../../config/admin-config.ts';
import { createOutgoingClient } from '../../outgoing/outgoing-client.ts';

export interface OidcProvider {
  readonly client: typeof OpenIdClient;
  readonly configuration: OpenIdClient.Configuration;
}

/** The provider gave no answer, or one that is too long. */
export class ProviderSilence extends Error {
  override readonly name = 'ProviderSilence';
}

const TIMEOUT_MS = 10_000;
/** Its settings, keys and tokens are some kilobytes each. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Reads the provider's settings. @throws what openid-client throws; ProviderSilence */
export async function openOidcProvider(
  { issuer, clientId, clientSecret }: OidcConfig,
  fetch: typeof globalThis.fetch,
): Promise<OidcProvider> {
  const client = await import('openid-client');
  const call = boundedFetch(fetch);
  // The schema takes http at a loopback address only.
  const insecure = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
  const secret = clientSecret.reveal();
  const discovery = await client.discovery(new URL(issuer), clientId, secret, undefined, {
    execute: insecure,
    timeout: TIMEOUT_MS / 1000,
    [client.customFetch]: call,
  });
  const server = discovery.serverMetadata();
  // Basic is what a provider has that says nothing of it (OpenID Connect Discovery 1.0 §3).
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const authentication = methods.includes('client_secret_basic')
    ? client.ClientSecretBasic(secret)
    : client.ClientSecretPost(secret);
  const configuration = new client.Configuration(server, clientId, secret, authentication);
  configuration[client.customFetch] = call;
  configuration.timeout = TIMEOUT_MS / 1000;
  for (const allow of insecure) allow(configuration);
  // The token's signature too, though it comes over the provider's own TLS.
  client.enableNonRepudiationChecks(configuration);
  return { client, configuration };
}

function boundedFetch(fetch: typeof globalThis.fetch): OpenIdClient.CustomFetch {
  const outgoing = createOutgoingClient({ fetch, timeoutMs: TIMEOUT_MS, maxAnswerBytes: MAX_ANSWER_BYTES });
  return async (url, { method, headers, body, signal }) => {
    const answer = await outgoing.send({
      url,
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      ...(body !== undefined && body !== null && { body: String(body) }),
      ...(signal && { signal }),
    });
    if (answer.kind !== 'answered') throw new ProviderSilence(answer.reason, { cause: answer.cause });
    if (answer.body === undefined) throw new ProviderSilence('its answer is too long');
    const hasBody = answer.status !== 204 && answer.status !== 304;
    return new Response(hasBody ? new Uint8Array(answer.body) : null, {
      status: answer.status,
      headers: answer.headers,
    });
  };
}
