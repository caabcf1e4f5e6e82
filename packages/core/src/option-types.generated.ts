/** Generated from the options that providers and schemes declare, by scripts/generate-registry.ts. */

/** Of a provider that has none. */
export type NoOptions = Readonly<Record<never, never>>;

/** What signs a token. */
export type TokenAlgorithm = 'HS256' | 'HS384' | 'HS512' | 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'Ed25519' | 'EdDSA';

/** What signs a token by a key whose other half may be published. */
export type PublicKeyTokenAlgorithm = 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'Ed25519' | 'EdDSA';

/** Where a part of the request sits: exactly one of them. */
export interface Place {
  /** The header that holds it. */
  readonly header?: string;
  /** The parameter of the URL’s query that holds it. */
  readonly query?: string;
  /** The member of a JSON body that holds it; a.b is the member b of a. */
  readonly member?: string;
  /** The field of a form that holds it. */
  readonly field?: string;
}

/** What signs; `sha256` stands for `hmac-sha256`. */
export type SignatureAlgorithm = 'hmac-sha1' | 'sha1' | 'hmac-sha256' | 'sha256' | 'hmac-sha384' | 'sha384' | 'hmac-sha512' | 'sha512' | 'sha1-secret-first' | 'sha1-secret-last' | 'sha256-secret-first' | 'sha256-secret-last' | 'ed25519' | 'ecdsa-p256-sha256' | 'ecdsa-p256-sha256-der' | 'ecdsa-p384-sha384' | 'ecdsa-p384-sha384-der' | 'rsa-pkcs1-sha256' | 'rsa-pkcs1-sha384' | 'rsa-pkcs1-sha512' | 'rsa-pss-sha256' | 'rsa-pss-sha384' | 'rsa-pss-sha512';

/** How a header holds several labelled items. */
export interface SignatureList {
  /** What stands between two items. Default: ",". */
  readonly separator?: string;
  /** What stands between an item’s label and its value. Default: "=". */
  readonly assign?: string;
  /** Labels of the items that are signatures. Default: v1. */
  readonly labels?: string | readonly string[];
  /** Other items that the message covers as {item:LABEL}: by label what who signs writes there. Default: none. */
  readonly items?: { readonly [name: string]: string };
  /** Whether it has signatures without labels, and nothing else. Default: false. */
  readonly bare?: boolean;
}

/** Where the signature sits (exactly one of header, query, member and field), and how it is written. */
export interface SignaturePlace {
  /** The header that holds it. */
  readonly header?: string;
  /** The parameter of the URL’s query that holds it. */
  readonly query?: string;
  /** The member of a JSON body that holds it; a.b is the member b of a. */
  readonly member?: string;
  /** The field of a form that holds it. */
  readonly field?: string;
  /** How it is written. Default: hex-any-case. */
  readonly encoding?: 'hex' | 'hex-any-case' | 'base64' | 'base64-unpadded' | 'base64url' | 'text';
  /** What stands before it, e.g. sha256=. */
  readonly prefix?: string;
  /** A header of several labelled items, e.g. t=1,v1=ab. */
  readonly list?: SignatureList;
  /** Names of other places of the same kind, of which any will do, e.g. x-signature-2. */
  readonly also?: string | readonly string[];
}

/** Where the time sits (exactly one of header, query, member, field and item), and how it is written. */
export interface TimestampPlace {
  /** The header that holds it. */
  readonly header?: string;
  /** The parameter of the URL’s query that holds it. */
  readonly query?: string;
  /** The member of a JSON body that holds it; a.b is the member b of a. */
  readonly member?: string;
  /** The field of a form that holds it. */
  readonly field?: string;
  /** The label of the item of the signature’s list that holds it. */
  readonly item?: string;
  /** How it is written; s-or-ms are whole numbers of either, told apart by size. Default: s. */
  readonly unit?: 's' | 'ms' | 's-or-ms' | 'rfc3339';
  /** Whether a JSON member is a text where others write a number. Default: false. */
  readonly text?: boolean;
}

/** How old, and how far ahead, a request may be. */
export interface Tolerance {
  /** How old it may be. */
  readonly past?: number;
  /** How far ahead it may be. */
  readonly future?: number;
}

/** Where public keys are, and how they are fetched. */
export interface KeySetAddress {
  /** An https address. */
  readonly url: string;
  /** How long a set is used before it is fetched again. Default: 600000. */
  readonly maxAgeMs?: number;
  /** The least time between two fetches. Default: 30000. */
  readonly cooldownMs?: number;
  /** How long one fetch may take. Default: 5000. */
  readonly timeoutMs?: number;
  /** The longest set that is read. Default: 65536. */
  readonly maxBytes?: number;
  /** How long past maxAgeMs the last good set is believed while none can be fetched. Default: 86400000. */
  readonly maxOutageMs?: number;
}

/** Options of the provider `adcp`. AdCP webhooks, by HMAC. */
export interface AdcpOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: x-adcp-signature, x-adcp-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** Options of the provider `adyen-banking`. Adyen platform webhooks. */
export interface AdyenBankingOptions {
  /** Other names of headers: { signature }, each where it differs. Default: hmacsignature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `agentic-commerce`. Agentic Commerce Protocol order events. */
export interface AgenticCommerceOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: merchant-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `approov`. Approov tokens. */
export interface ApproovOptions {
  /** Headers that the token is bound to by its claim pay, in order. Default: none. */
  readonly binding?: string | readonly string[];
  /** Required; optional: checked where the token has the claim; or off. Default: required. */
  readonly bindingMode?: 'required' | 'optional' | 'off';
  /** The header that carries the token. Default: approov-token. */
  readonly header?: string;
  /** HS256, 384 or 512, or one or a list of RS…, PS…, ES… (256, 384, 512), Ed25519 (EdDSA takes both names). Default: HS256. */
  readonly algorithm?: TokenAlgorithm | readonly TokenAlgorithm[];
  /** Where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }. Default: none. */
  readonly jwks?: string | KeySetAddress;
  /** What the claim iss must be: a text or a list. Default: any. */
  readonly issuer?: string | readonly string[];
  /** What the claim aud must be or hold: a text or a list. Default: any. */
  readonly audience?: string | readonly string[];
  /** What the token’s header must say as its type. Default: any. */
  readonly typ?: string;
  /** Claims that must be there, besides exp. Default: none. */
  readonly required?: string | readonly string[];
  /** Bounded: a token must have exp; or unbounded: one without it is accepted forever. Default: bounded. */
  readonly lifetime?: 'bounded' | 'unbounded';
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
  /** Whether the claim ip must be the client’s address. Default: false. */
  readonly ip?: boolean;
  /** How often a token is taken, 1 to 1000: by its claim jti or, without one, as a whole; a token must have exp then. Default: none. */
  readonly consume?: number;
  /** Required; optional: checked where a request has a signature; or off. It must cover method, target URI, the token’s header and, where there is a body, Content-Digest. Default: off. */
  readonly messageSigning?: 'off' | 'optional' | 'required';
  /** Install: the key in the claim ipk; or account: HMAC-SHA256 with the keys whose id starts with account-message. Default: install. */
  readonly signer?: 'install' | 'account';
  /** Scheme and authority as apps know them, e.g. https://api.example. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
  /** How old a message signature’s created may be. Default: 300000. */
  readonly maxAgeMs?: number;
  /** How far ahead created may be. Default: 60000. */
  readonly futureMs?: number;
  /** Whether a message signature must have one: required. Default: optional. */
  readonly nonce?: 'optional' | 'required';
}

/** Options of the provider `atlassian-connect`. Atlassian Connect. */
export interface AtlassianConnectOptions {
  /** The path of the app’s base URL, which its senders leave out of the hash, e.g. /connect. Default: none. */
  readonly basePath?: string;
  /** The header that carries the token. Default: authorization, as Bearer. */
  readonly header?: string;
  /** HS256, 384 or 512, or one or a list of RS…, PS…, ES… (256, 384, 512), Ed25519 (EdDSA takes both names). Default: HS256. */
  readonly algorithm?: TokenAlgorithm | readonly TokenAlgorithm[];
  /** Where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }. Default: none. */
  readonly jwks?: string | KeySetAddress;
  /** What the claim iss must be: a text or a list. Default: any. */
  readonly issuer?: string | readonly string[];
  /** What the claim aud must be or hold: a text or a list. Default: any. */
  readonly audience?: string | readonly string[];
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
}

/** Options of the provider `authsignal`. Authsignal webhooks. */
export interface AuthsignalOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: x-signature-v2. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `aws-sigv4`. AWS Signature Version 4. */
export interface AwsSigv4Options {
  /** The region in the credential scope of the sender’s signatures, e.g. us-east-1. */
  readonly region: string;
  /** The service in that scope, e.g. execute-api; for s3 the path is signed as it is, for any other it is encoded once more. */
  readonly service: string;
  /** Headers that must be signed besides host, x-amz-date and each x-amz-* that a request has, e.g. content-type. Default: none. */
  readonly signedHeaders?: string | readonly string[];
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Whether UNSIGNED-PAYLOAD is taken in place of the body’s SHA-256, and what signing writes: the body is then not proved. Default: false. */
  readonly unsignedPayload?: boolean;
  /** Whether presigned URLs are taken too: the signature stands in the query, and says for how long it is good. Of s3 they do not prove the body: unsignedPayload must be set. Default: false. */
  readonly presigned?: boolean;
  /** For how long a presigned URL may be good. Default: 604800000, as AWS has it; of presigned only. */
  readonly maxLifetimeMs?: number;
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: the request’s Host field, or what a trusted proxy says of it. */
  readonly origin?: string;
}

/** Options of the provider `aws-sns`. Amazon SNS. */
export interface AwsSnsOptions {
  /** The ARNs of the topics whose messages are taken, a list or a text with commas: SNS signs for whoever has an account, so the signature alone says nothing of whose message it is. */
  readonly topics: string | readonly string[];
  /** The versions of signatures that are taken: 1 (SHA-1), 2 (SHA-256). Default: 1, 2. */
  readonly signatureVersion?: '1' | '2' | readonly ('1' | '2')[];
  /** Whether subscriptions of these topics are confirmed: a gateway calls the address that SNS signs, a program is told it; false: such a message is one like any other. Default: true. */
  readonly confirm?: boolean;
  /** How old, and how far ahead, a message may be; or { past, future }; a message that is sent again keeps its time. Default: { past: 3900000, future: 300000 }. */
  readonly toleranceMs?: number | Tolerance;
}

/** Options of the provider `braintree`. Braintree webhooks. */
export interface BraintreeOptions {
  /** The API’s public key, which names the signature that its private key has made. */
  readonly publicKey: string;
}

/** Options of the provider `calendly`. Calendly webhooks. */
export interface CalendlyOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: calendly-webhook-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `cashfree`. Cashfree webhooks. */
export interface CashfreeOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: x-webhook-signature, x-webhook-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** Options of the provider `circleci`. CircleCI webhooks. */
export interface CircleciOptions {
  /** Other names of headers: { signature }, each where it differs. Default: circleci-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `claude`. Claude webhooks. */
export interface ClaudeOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: webhook-signature, webhook-timestamp, webhook-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `clerk`. Clerk webhooks. */
export interface ClerkOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: svix-signature, svix-timestamp, svix-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `cloudinary`. Cloudinary notifications. */
export interface CloudinaryOptions {
  /** What the account’s signatures are made with. Default: sha1. */
  readonly algorithm?: 'sha1' | 'sha256';
  /** How old, and how far ahead, a request may be; or { past, future }. Default: { past: 7200000, future: 300000 }. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: x-cld-signature, x-cld-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** Options of the provider `coinbase-commerce`. Coinbase Commerce webhooks. */
export interface CoinbaseCommerceOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-cc-webhook-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `contentful`. Contentful requests. */
export interface ContentfulOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: { past: 30000, future: 300000 }. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, type }, each where it differs. Default: x-contentful-signature, x-contentful-timestamp, x-contentful-topic. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string; readonly type?: string };
}

/** Options of the provider `discord`. Discord interactions and webhook events. */
export interface DiscordOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: x-signature-ed25519, x-signature-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** Options of the provider `docusign`. Docusign Connect messages. */
export interface DocusignOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-docusign-signature-1. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `dpop`. DPoP-bound access tokens. */
export interface DpopOptions {
  /** HS256, 384 or 512, or one or a list of RS…, PS…, ES… (256, 384, 512), Ed25519 (EdDSA takes both names). Default: HS256. */
  readonly algorithm?: TokenAlgorithm | readonly TokenAlgorithm[];
  /** Where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }. Default: none. */
  readonly jwks?: string | KeySetAddress;
  /** What the claim iss must be: a text or a list. Default: any. */
  readonly issuer?: string | readonly string[];
  /** What the claim aud must be or hold: a text or a list. Default: any. */
  readonly audience?: string | readonly string[];
  /** What the token’s header must say as its type. Default: any. */
  readonly typ?: string;
  /** Claims that must be there, besides exp. Default: none. */
  readonly required?: string | readonly string[];
  /** Bounded: a token must have exp; or unbounded: one without it is accepted forever. Default: bounded. */
  readonly lifetime?: 'bounded' | 'unbounded';
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
  /** Whether the claim ip must be the client’s address. Default: false. */
  readonly ip?: boolean;
  /** What proofs may be signed with: public-key algorithms only. Default: ES256, ES384, Ed25519, EdDSA, PS256, RS256. */
  readonly proofAlgorithm?: PublicKeyTokenAlgorithm | readonly PublicKeyTokenAlgorithm[];
  /** How old, and how far ahead, a proof may be; or { past, future }. Default: 60000. */
  readonly toleranceMs?: number | Tolerance;
  /** The origin that clients see, e.g. https://api.example. Default: the request’s host, under http or https, or what a trusted proxy says of them. */
  readonly origin?: string;
}

/** Options of the provider `dropbox-sign`. Dropbox Sign events. */
export interface DropboxSignOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: { past: 345600000, future: 300000 }. */
  readonly toleranceMs?: number | Tolerance;
}

/** Options of the provider `fingerprint`. Fingerprint webhooks. */
export interface FingerprintOptions {
  /** Other names of headers: { signature }, each where it differs. Default: fpjs-event-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `firebase-app-check`. Firebase App Check tokens. */
export interface FirebaseAppCheckOptions {
  /** The Firebase project’s number, which its tokens name as issuer and audience. */
  readonly projectNumber: string | number;
  /** The header that carries the token. Default: x-firebase-appcheck. */
  readonly header?: string;
  /** Where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }. Default: https://firebaseappcheck.googleapis.com/v1/jwks. */
  readonly jwks?: string | KeySetAddress;
  /** Claims that must be there, besides exp. Default: none. */
  readonly required?: string | readonly string[];
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
  /** How often a token is taken, 1 to 1000: by its claim jti or, without one, as a whole; a token must have exp then. Default: none. */
  readonly consume?: number;
}

/** Options of the provider `flow-production-tracking-webhook`. Flow Production Tracking webhooks. */
export interface FlowProductionTrackingWebhookOptions {
  /** Other names of headers: { signature, id }, each where it differs. Default: x-sg-signature, x-sg-delivery-id. */
  readonly headers?: { readonly signature?: string; readonly id?: string };
}

/** Options of the provider `flow-production-tracking`. Flow Production Tracking action menu items. */
export interface FlowProductionTrackingOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: { past: 10000, future: 5000 }. */
  readonly toleranceMs?: number | Tolerance;
}

/** Options of the provider `flowent`. Flowent action calls. */
export interface FlowentOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
}

/** Options of the provider `github`. GitHub webhooks. */
export interface GithubOptions {
  /** Other names of headers: { signature, id, type }, each where it differs. Default: x-hub-signature-256, x-github-delivery, x-github-event. */
  readonly headers?: { readonly signature?: string; readonly id?: string; readonly type?: string };
}

/** Options of the provider `gitlab-signing-token`. GitLab webhooks with a signing token. */
export interface GitlabSigningTokenOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: webhook-signature, webhook-timestamp, webhook-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `gocardless`. GoCardless webhooks. */
export interface GocardlessOptions {
  /** Other names of headers: { signature }, each where it differs. Default: webhook-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `google-pubsub`. Google Pub/Sub push. */
export interface GooglePubsubOptions {
  /** The service account of the push subscription: any other could ask Google for a token of this audience. */
  readonly email: string;
  /** The audience of the push subscription; where it names none, the endpoint’s whole URL. */
  readonly audience: string;
  /** The header that carries the token. Default: authorization, as Bearer. */
  readonly header?: string;
  /** Where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }. Default: https://www.googleapis.com/oauth2/v3/certs. */
  readonly jwks?: string | KeySetAddress;
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
}

/** Options of the provider `hmac`. Generic HMAC. */
export interface HmacOptions {
  /** Sha1, sha256, sha384 or sha512; or any other algorithm of a declared scheme. Default: sha256. */
  readonly algorithm?: SignatureAlgorithm;
  /** Where it sits and how it is written: { header | query | member | field, prefix, encoding }. Default: { header: x-signature, encoding: hex-any-case }. */
  readonly signature?: string | SignaturePlace;
  /** A template over {timestamp} {nonce} {id} {method} {path} {query} {query:sorted} {query:encoded} {url} {url:decoded} {url+form} {target:escaped} {host} {body} {body:sha256:hex} {body:sha256:bytes} {form:sorted} {member:NAME} {member:NAME?} {field:NAME} {json:FIELD:NAME} {parameter:NAME} {parameter:NAME:lower} {headers:NAME} {item:LABEL} {header:NAME}, or {header:NAME?} where an absent one counts as empty; {?text{header:NAME}text?} falls away where it is absent. Default: {timestamp}.{body}, with {nonce} before the body where the request has one. */
  readonly message?: string | readonly string[];
  /** { header | query | member | field, unit: s | ms | s-or-ms | rfc3339 }, or none; the message must cover it. Default: { header: x-timestamp, unit: s }. */
  readonly timestamp?: string | TimestampPlace;
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Where the nonce sits. Default: x-nonce. */
  readonly nonce?: string | Place;
  /** Where {id} sits. Default: none. */
  readonly requestId?: string | Place;
  /** Where the key’s id sits. Default: x-key-id. */
  readonly keyId?: string | Place;
  /** Where the event’s type sits. Default: none. */
  readonly type?: string | Place;
  /** What tells that a request came before: message, all that is signed; signed-id, the id alone, which the message must cover; none: nothing does, and each copy is taken. Default: message. */
  readonly replay?: 'signed-id' | 'message' | 'none';
  /** Scheme and host for {url} and {host}, as the sender knows them. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
}

/** Options of the provider `http-message-signatures`. HTTP Message Signatures. */
export interface HttpMessageSignaturesOptions {
  /** What senders of one kind sign, and how: the demands of web-bot-auth, ucp, adcp, adcp-webhook or visa-tap; other options add to them. Default: none. */
  readonly profile?: 'web-bot-auth' | 'ucp' | 'adcp' | 'adcp-webhook' | 'visa-tap';
  /** Hmac-sha256, ed25519, ecdsa-p256-sha256, ecdsa-p384-sha384, rsa-pss-sha512 or rsa-v1_5-sha256; or of-key: what each key’s JWK says, whose kty, crv and alg decide; never taken from the request. Default: hmac-sha256; of-key with a profile, jwks, brand or agents. */
  readonly algorithm?: 'hmac-sha256' | 'ed25519' | 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384' | 'rsa-pss-sha512' | 'rsa-v1_5-sha256' | 'of-key';
  /** Where the public keys are, instead of keys: an https address of a JWKS, a key directory or a UCP profile, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }; under ucp maxBytes is 131072 and cooldownMs 60000. Default: none. */
  readonly jwks?: string | KeySetAddress;
  /** Whose public keys are taken from where the operator’s brand.json says they are, instead of keys, as AdCP has it: { url, agent }, the address of the file and that of the agent in it, and the bounds of jwks. Default: none. */
  readonly brand?: { readonly url?: string; readonly agent?: string; readonly maxAgeMs?: number; readonly cooldownMs?: number; readonly timeoutMs?: number; readonly maxBytes?: number; readonly maxOutageMs?: number };
  /** Whose public keys are taken from where the request says they are, instead of keys: a list of hosts, or of whole addresses of keys that are not under /.well-known; or any, and each is known by the host; or { of, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }, under ucp as jwks. Default: none. */
  readonly agents?: string | readonly string[] | { readonly of?: string | readonly string[]; readonly maxAgeMs?: number; readonly cooldownMs?: number; readonly timeoutMs?: number; readonly maxBytes?: number; readonly maxOutageMs?: number };
  /** The header that says where the keys of agents are, which the signature must cover: signature-agent or ucp-agent. Default: the profile’s, or signature-agent. */
  readonly agentHeader?: 'signature-agent' | 'ucp-agent';
  /** Whether keyid must be the RFC 7638 thumbprint of the key; of-key only. Default: the profile’s, or false: or the key’s kid. */
  readonly thumbprint?: boolean;
  /** Members that the JWK of a key must have, with the values that are taken: { NAME: VALUE or a list }; of-key only. Default: the profile’s, or none. */
  readonly keyMembers?: { readonly [name: string]: string | readonly string[] };
  /** What a signature must cover, and what signing covers, e.g. x-id or 'example-dict;key="a"'; content-digest only where there is a body; @authority, @path and @query stand for @target-uri; none: whatever it covers. Default: @method, @target-uri, content-digest; with a profile, its own and these. */
  readonly components?: string | readonly string[];
  /** What a signature must cover of a request that has it: headers; @query; content-type and content-digest of a body. Default: the profile’s, and idHeader. */
  readonly whenPresent?: string | readonly string[];
  /** Parameters that a signature must have besides created: some of expires, nonce, alg, keyid, tag; or none, which takes one without created too; with nonce, the nonce is the identity of a request. Default: created; with a profile, its own and these. */
  readonly required?: 'created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag' | 'none' | readonly ('created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag' | 'none')[];
  /** Bounded: a signature must have created; or unbounded: one without it is accepted forever. Default: bounded. */
  readonly lifetime?: 'bounded' | 'unbounded';
  /** The label of the signature that counts. Default: any; signing writes sig1. */
  readonly label?: string;
  /** The tag of the signature that counts, or several; none: a signature without one. Default: the profile’s, or any. */
  readonly tag?: string | readonly string[];
  /** The header that names the request, e.g. idempotency-key: it must be covered where it is there; a request of the same id is a repeat, and refused where its body is another. Default: the profile’s, or none. */
  readonly idHeader?: string;
  /** How old created may be; of agents, also how far ahead expires may be in a signature without created. Default: the profile’s, or 300000. */
  readonly maxAgeMs?: number;
  /** How far ahead created may be. Default: 60000. */
  readonly futureMs?: number;
  /** How long after created expires may be; a signature whose expires is not after created is refused then. Default: the profile’s, or any time. */
  readonly maxLifetimeMs?: number;
  /** What signing writes: sha-256 or sha-512. Default: sha-256. */
  readonly digest?: 'sha-256' | 'sha-512';
  /** How the bytes of signatures are written: base64, as RFC 9651 has them, or base64url without padding. Default: the profile’s, or base64. */
  readonly byteEncoding?: 'base64' | 'base64url';
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
  /** Types of further fields that are covered with ;sf: { NAME: dictionary | list | item }. Default: the registered ones. */
  readonly structuredFields?: { readonly [name: string]: 'dictionary' | 'list' | 'item' };
}

/** Options of the provider `hubspot-v1`. HubSpot webhooks, signature v1. */
export interface HubspotV1Options {
  /** Other names of headers: { signature }, each where it differs. Default: x-hubspot-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `hubspot-v2`. HubSpot requests, signature v2. */
export interface HubspotV2Options {
  /** Other names of headers: { signature }, each where it differs. Default: x-hubspot-signature. */
  readonly headers?: { readonly signature?: string };
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
}

/** Options of the provider `hubspot-v3`. HubSpot requests, signature v3. */
export interface HubspotV3Options {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: x-hubspot-signature-v3, x-hubspot-request-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
}

/** Options of the provider `hygraph`. Hygraph webhooks. */
export interface HygraphOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: gcms-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `incode`. Incode webhooks. */
export interface IncodeOptions {
  /** Bearer, basic (the key is USER:PASSWORD) or plain. Default: bearer, or plain where a header is named. */
  readonly form?: 'plain' | 'bearer' | 'basic';
  /** The header that carries it. Default: authorization. */
  readonly header?: string;
}

/** Options of the provider `inngest`. Inngest calls. */
export interface InngestOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: x-inngest-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `jwt-bearer`. JWT bearer tokens. */
export interface JwtBearerOptions {
  /** The header that carries the token. Default: authorization, as Bearer. */
  readonly header?: string;
  /** HS256, 384 or 512, or one or a list of RS…, PS…, ES… (256, 384, 512), Ed25519 (EdDSA takes both names). Default: HS256. */
  readonly algorithm?: TokenAlgorithm | readonly TokenAlgorithm[];
  /** Where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }. Default: none. */
  readonly jwks?: string | KeySetAddress;
  /** What the claim iss must be: a text or a list. Default: any. */
  readonly issuer?: string | readonly string[];
  /** What the claim aud must be or hold: a text or a list. Default: any. */
  readonly audience?: string | readonly string[];
  /** What the token’s header must say as its type. Default: any. */
  readonly typ?: string;
  /** Claims that must be there, besides exp. Default: none. */
  readonly required?: string | readonly string[];
  /** What claims must say, by their names: a text, a whole number, true or false, or a list of which one is enough, e.g. { email_verified: true }. Default: none. */
  readonly requiredValues?: { readonly [name: string]: string | number | boolean | readonly (string | number | boolean)[] };
  /** Bounded: a token must have exp; or unbounded: one without it is accepted forever. Default: bounded. */
  readonly lifetime?: 'bounded' | 'unbounded';
  /** How old a token may be by its iat, which must be there then; exp need not. Default: until it expires. */
  readonly maxAgeMs?: number;
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
  /** Headers that the token is bound to by its claim pay, in order. Default: none. */
  readonly binding?: string | readonly string[];
  /** Required; optional: checked where the token has the claim; or off. Default: required. */
  readonly bindingMode?: 'required' | 'optional' | 'off';
  /** Whether the claim ip must be the client’s address. Default: false. */
  readonly ip?: boolean;
  /** How often a token is taken, 1 to 1000: by its claim jti or, without one, as a whole; a token must have exp then. Default: none. */
  readonly consume?: number;
}

/** Options of the provider `kontent-ai`. Kontent.ai webhooks. */
export interface KontentAiOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-kontent-ai-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `line`. LINE Messaging API webhooks. */
export interface LineOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-line-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `linear`. Linear webhooks. */
export interface LinearOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 60000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: linear-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `liveblocks`. Liveblocks webhooks. */
export interface LiveblocksOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: webhook-signature, webhook-timestamp, webhook-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `livekit`. LiveKit webhooks. */
export interface LivekitOptions {
  /** The header that carries the token. Default: authorization, as Bearer. */
  readonly header?: string;
  /** What the claim iss must be: a text or a list. Default: any. */
  readonly issuer?: string | readonly string[];
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
}

/** Options of the provider `lovable`. Lovable webhooks. */
export interface LovableOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: x-lovable-signature, x-lovable-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** Options of the provider `mailersend`. MailerSend webhooks. */
export interface MailersendOptions {
  /** Other names of headers: { signature }, each where it differs. Default: signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `mailgun`. Mailgun webhooks. */
export interface MailgunOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
}

/** Options of the provider `mercadopago`. Mercado Pago notifications. */
export interface MercadopagoOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, id }, each where it differs. Default: x-signature, x-request-id. */
  readonly headers?: { readonly signature?: string; readonly id?: string };
}

/** Options of the provider `messagebird-jwt`. MessageBird signed requests. */
export interface MessagebirdJwtOptions {
  /** Scheme and host as the sender calls them, e.g. https://hooks.example. Default: as each request says. */
  readonly origin?: string;
  /** The header that carries the token. Default: messagebird-signature-jwt. */
  readonly header?: string;
  /** HS256, 384 or 512, or one or a list of RS…, PS…, ES… (256, 384, 512), Ed25519 (EdDSA takes both names). Default: HS256. */
  readonly algorithm?: TokenAlgorithm | readonly TokenAlgorithm[];
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
}

/** Options of the provider `messagebird-legacy`. MessageBird webhooks, older signature. */
export interface MessagebirdLegacyOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 100000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: messagebird-signature, messagebird-request-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** Options of the provider `meta`. Meta webhooks (WhatsApp, Messenger, Instagram). */
export interface MetaOptions {
  /** The Verify Token that was entered at Meta beside the address: its test of the address is answered where it repeats it. Default: none: the test is refused. */
  readonly verifyToken?: string;
  /** Other names of headers: { signature }, each where it differs. Default: x-hub-signature-256. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `mux`. Mux webhooks. */
export interface MuxOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: mux-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `onfido`. Onfido webhooks. */
export interface OnfidoOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-sha2-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `openai`. OpenAI webhooks. */
export interface OpenaiOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: webhook-signature, webhook-timestamp, webhook-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `paddle`. Paddle Billing webhooks. */
export interface PaddleOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 5000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: paddle-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `pagerduty`. PagerDuty V3 webhooks. */
export interface PagerdutyOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-pagerduty-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `plaid`. Plaid webhooks. */
export interface PlaidOptions {
  /** The client_id of the Plaid account, with which keys are asked for. Default: none: the gate’s keys hold Plaid’s. */
  readonly clientId?: string;
  /** The secret of the Plaid account for that environment, with which keys are asked for. Default: none: the gate’s keys hold Plaid’s. */
  readonly secret?: string;
  /** Whose keys are asked for. Default: production. */
  readonly environment?: 'production' | 'sandbox';
  /** The header that carries the token. Default: plaid-verification. */
  readonly header?: string;
  /** How old a token may be by its iat, which must be there then; exp need not. Default: 300000. */
  readonly maxAgeMs?: number;
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
}

/** Options of the provider `plivo-v3`. Plivo callbacks, signature v3. */
export interface PlivoV3Options {
  /** Other names of headers: { signature, nonce }, each where it differs. Default: x-plivo-signature-v3, x-plivo-signature-v3-nonce. */
  readonly headers?: { readonly signature?: string; readonly nonce?: string };
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
}

/** Options of the provider `portone`. PortOne webhooks. */
export interface PortoneOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: webhook-signature, webhook-timestamp, webhook-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `pusher`. Pusher Channels webhooks. */
export interface PusherOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-pusher-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `razorpay`. Razorpay webhooks. */
export interface RazorpayOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-razorpay-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `replicate`. Replicate webhooks. */
export interface ReplicateOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: webhook-signature, webhook-timestamp, webhook-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `resend`. Resend webhooks. */
export interface ResendOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: svix-signature, svix-timestamp, svix-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `sanity`. Sanity webhooks. */
export interface SanityOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: sanity-webhook-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `sendgrid`. Twilio SendGrid Event Webhook. */
export interface SendgridOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: x-twilio-email-event-webhook-signature, x-twilio-email-event-webhook-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** Options of the provider `sentry`. Sentry webhooks. */
export interface SentryOptions {
  /** Other names of headers: { signature, type }, each where it differs. Default: sentry-hook-signature, sentry-hook-resource. */
  readonly headers?: { readonly signature?: string; readonly type?: string };
}

/** Options of the provider `shopify-admin-query`. Shopify admin and OAuth requests. */
export interface ShopifyAdminQueryOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 90000. */
  readonly toleranceMs?: number | Tolerance;
}

/** Options of the provider `shopify-events`. Shopify Events. */
export interface ShopifyEventsOptions {
  /** Other names of headers: { signature, id }, each where it differs. Default: shopify-hmac-sha256, shopify-webhook-id. */
  readonly headers?: { readonly signature?: string; readonly id?: string };
}

/** Options of the provider `shopify`. Shopify webhooks. */
export interface ShopifyOptions {
  /** Other names of headers: { signature, id, type }, each where it differs. Default: x-shopify-hmac-sha256, x-shopify-webhook-id, x-shopify-topic. */
  readonly headers?: { readonly signature?: string; readonly id?: string; readonly type?: string };
}

/** Options of the provider `slack`. Slack requests. */
export interface SlackOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: x-slack-signature, x-slack-request-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** Options of the provider `smile-id`. Smile ID callbacks. */
export interface SmileIdOptions {
  /** The partner’s id at Smile ID, which is signed. */
  readonly partnerId: string;
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
}

/** Options of the provider `square`. Square webhooks. */
export interface SquareOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-square-hmacsha256-signature. */
  readonly headers?: { readonly signature?: string };
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
}

/** Options of the provider `standard-webhooks`. Standard Webhooks. */
export interface StandardWebhooksOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: webhook-signature, webhook-timestamp, webhook-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `stream-chat`. Stream Chat webhooks. */
export interface StreamChatOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `stripe`. Stripe webhooks. */
export interface StripeOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: stripe-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `svix`. Svix webhooks. */
export interface SvixOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: svix-signature, svix-timestamp, svix-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `telnyx`. Telnyx webhooks. */
export interface TelnyxOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: telnyx-signature-ed25519, telnyx-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** Options of the provider `trello`. Trello webhooks. */
export interface TrelloOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-trello-webhook. */
  readonly headers?: { readonly signature?: string };
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
}

/** Options of the provider `truelayer`. TrueLayer webhooks. */
export interface TruelayerOptions {
  /** The header that carries the token. Default: tl-signature. */
  readonly header?: string;
  /** Headers that each signature must cover: one or a list. Default: none: those that the sender chooses. */
  readonly requiredHeaders?: string | readonly string[];
  /** Where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }. Default: https://webhooks.truelayer.com/.well-known/jwks. */
  readonly jwks?: string | KeySetAddress;
}

/** Options of the provider `twilio`. Twilio webhooks. */
export interface TwilioOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-twilio-signature. */
  readonly headers?: { readonly signature?: string };
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
}

/** Options of the provider `twitch`. Twitch EventSub webhooks. */
export interface TwitchOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 600000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id, type }, each where it differs. Default: twitch-eventsub-message-signature, twitch-eventsub-message-timestamp, twitch-eventsub-message-id, twitch-eventsub-subscription-type. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string; readonly id?: string; readonly type?: string };
}

/** Options of the provider `unit`. Unit webhooks. */
export interface UnitOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-unit-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `upstash-qstash`. Upstash QStash. */
export interface UpstashQstashOptions {
  /** Scheme and host as the sender calls them, e.g. https://hooks.example. Default: as each request says. */
  readonly origin?: string;
  /** The header that carries the token. Default: upstash-signature. */
  readonly header?: string;
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
}

/** Options of the provider `viber`. Viber bot callbacks. */
export interface ViberOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-viber-content-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `vonage`. Vonage signed webhooks. */
export interface VonageOptions {
  /** The header that carries the token. Default: authorization, as Bearer. */
  readonly header?: string;
  /** How old a token may be by its iat, which must be there then; exp need not. Default: 300000. */
  readonly maxAgeMs?: number;
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
}

/** Options of the provider `wise`. Wise webhooks. */
export interface WiseOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-signature-sha256. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `workos`. WorkOS webhooks. */
export interface WorkosOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 180000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: workos-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `worldline`. Worldline and Ingenico webhooks. */
export interface WorldlineOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-gcs-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `x-twitter`. X (Twitter) webhooks. */
export interface XTwitterOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-twitter-webhooks-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `zoom`. Zoom webhooks. */
export interface ZoomOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: x-zm-signature, x-zm-request-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** The options of each provider, by its id. */
export interface ProviderOptions {
  /** AdCP webhooks, by HMAC. */
  readonly adcp: AdcpOptions;
  /** Adyen platform webhooks. */
  readonly 'adyen-banking': AdyenBankingOptions;
  /** Adyen standard webhooks. */
  readonly adyen: NoOptions;
  /** Agentic Commerce Protocol order events. */
  readonly 'agentic-commerce': AgenticCommerceOptions;
  /** Approov tokens. */
  readonly approov: ApproovOptions;
  /** Atlassian Connect. */
  readonly 'atlassian-connect': AtlassianConnectOptions;
  /** Authsignal webhooks. */
  readonly authsignal: AuthsignalOptions;
  /** AWS Signature Version 4. */
  readonly 'aws-sigv4': AwsSigv4Options;
  /** Amazon SNS. */
  readonly 'aws-sns': AwsSnsOptions;
  /** Braintree webhooks. */
  readonly braintree: BraintreeOptions;
  /** Calendly webhooks. */
  readonly calendly: CalendlyOptions;
  /** Cashfree webhooks. */
  readonly cashfree: CashfreeOptions;
  /** CircleCI webhooks. */
  readonly circleci: CircleciOptions;
  /** Claude webhooks. */
  readonly claude: ClaudeOptions;
  /** Clerk webhooks. */
  readonly clerk: ClerkOptions;
  /** Cloudinary notifications. */
  readonly cloudinary: CloudinaryOptions;
  /** Coinbase Commerce webhooks. */
  readonly 'coinbase-commerce': CoinbaseCommerceOptions;
  /** Contentful requests. */
  readonly contentful: ContentfulOptions;
  /** Discord interactions and webhook events. */
  readonly discord: DiscordOptions;
  /** Docusign Connect messages. */
  readonly docusign: DocusignOptions;
  /** DPoP-bound access tokens. */
  readonly dpop: DpopOptions;
  /** Dropbox Sign events. */
  readonly 'dropbox-sign': DropboxSignOptions;
  /** Fingerprint webhooks. */
  readonly fingerprint: FingerprintOptions;
  /** Firebase App Check tokens. */
  readonly 'firebase-app-check': FirebaseAppCheckOptions;
  /** Flow Production Tracking webhooks. */
  readonly 'flow-production-tracking-webhook': FlowProductionTrackingWebhookOptions;
  /** Flow Production Tracking action menu items. */
  readonly 'flow-production-tracking': FlowProductionTrackingOptions;
  /** Flowent action calls. */
  readonly flowent: FlowentOptions;
  /** GitHub webhooks. */
  readonly github: GithubOptions;
  /** GitLab webhooks with a signing token. */
  readonly 'gitlab-signing-token': GitlabSigningTokenOptions;
  /** GoCardless webhooks. */
  readonly gocardless: GocardlessOptions;
  /** Google Pub/Sub push. */
  readonly 'google-pubsub': GooglePubsubOptions;
  /** Generic HMAC. */
  readonly hmac: HmacOptions;
  /** HTTP Message Signatures. */
  readonly 'http-message-signatures': HttpMessageSignaturesOptions;
  /** HubSpot webhooks, signature v1. */
  readonly 'hubspot-v1': HubspotV1Options;
  /** HubSpot requests, signature v2. */
  readonly 'hubspot-v2': HubspotV2Options;
  /** HubSpot requests, signature v3. */
  readonly 'hubspot-v3': HubspotV3Options;
  /** Hygraph webhooks. */
  readonly hygraph: HygraphOptions;
  /** Incode webhooks. */
  readonly incode: IncodeOptions;
  /** Inngest calls. */
  readonly inngest: InngestOptions;
  /** JWT bearer tokens. */
  readonly 'jwt-bearer': JwtBearerOptions;
  /** Kontent.ai webhooks. */
  readonly 'kontent-ai': KontentAiOptions;
  /** LINE Messaging API webhooks. */
  readonly line: LineOptions;
  /** Linear webhooks. */
  readonly linear: LinearOptions;
  /** Liveblocks webhooks. */
  readonly liveblocks: LiveblocksOptions;
  /** LiveKit webhooks. */
  readonly livekit: LivekitOptions;
  /** Lovable webhooks. */
  readonly lovable: LovableOptions;
  /** MailerSend webhooks. */
  readonly mailersend: MailersendOptions;
  /** Mailgun webhooks. */
  readonly mailgun: MailgunOptions;
  /** Mercado Pago notifications. */
  readonly mercadopago: MercadopagoOptions;
  /** MessageBird signed requests. */
  readonly 'messagebird-jwt': MessagebirdJwtOptions;
  /** MessageBird webhooks, older signature. */
  readonly 'messagebird-legacy': MessagebirdLegacyOptions;
  /** Meta webhooks (WhatsApp, Messenger, Instagram). */
  readonly meta: MetaOptions;
  /** Mux webhooks. */
  readonly mux: MuxOptions;
  /** Onfido webhooks. */
  readonly onfido: OnfidoOptions;
  /** OpenAI webhooks. */
  readonly openai: OpenaiOptions;
  /** Paddle Billing webhooks. */
  readonly paddle: PaddleOptions;
  /** PagerDuty V3 webhooks. */
  readonly pagerduty: PagerdutyOptions;
  /** Plaid webhooks. */
  readonly plaid: PlaidOptions;
  /** Plivo callbacks, signature v3. */
  readonly 'plivo-v3': PlivoV3Options;
  /** PortOne webhooks. */
  readonly portone: PortoneOptions;
  /** Pusher Channels webhooks. */
  readonly pusher: PusherOptions;
  /** Razorpay webhooks. */
  readonly razorpay: RazorpayOptions;
  /** Replicate webhooks. */
  readonly replicate: ReplicateOptions;
  /** Resend webhooks. */
  readonly resend: ResendOptions;
  /** Sanity webhooks. */
  readonly sanity: SanityOptions;
  /** Twilio SendGrid Event Webhook. */
  readonly sendgrid: SendgridOptions;
  /** Sentry webhooks. */
  readonly sentry: SentryOptions;
  /** Shopify admin and OAuth requests. */
  readonly 'shopify-admin-query': ShopifyAdminQueryOptions;
  /** Shopify Events. */
  readonly 'shopify-events': ShopifyEventsOptions;
  /** Shopify webhooks. */
  readonly shopify: ShopifyOptions;
  /** Slack requests. */
  readonly slack: SlackOptions;
  /** Smile ID callbacks. */
  readonly 'smile-id': SmileIdOptions;
  /** Square webhooks. */
  readonly square: SquareOptions;
  /** Standard Webhooks. */
  readonly 'standard-webhooks': StandardWebhooksOptions;
  /** Stream Chat webhooks. */
  readonly 'stream-chat': StreamChatOptions;
  /** Stripe webhooks. */
  readonly stripe: StripeOptions;
  /** Svix webhooks. */
  readonly svix: SvixOptions;
  /** Telnyx webhooks. */
  readonly telnyx: TelnyxOptions;
  /** Trello webhooks. */
  readonly trello: TrelloOptions;
  /** TrueLayer webhooks. */
  readonly truelayer: TruelayerOptions;
  /** Twilio webhooks. */
  readonly twilio: TwilioOptions;
  /** Twitch EventSub webhooks. */
  readonly twitch: TwitchOptions;
  /** Unit webhooks. */
  readonly unit: UnitOptions;
  /** Upstash QStash. */
  readonly 'upstash-qstash': UpstashQstashOptions;
  /** Viber bot callbacks. */
  readonly viber: ViberOptions;
  /** Vonage signed webhooks. */
  readonly vonage: VonageOptions;
  /** Wise webhooks. */
  readonly wise: WiseOptions;
  /** WorkOS webhooks. */
  readonly workos: WorkosOptions;
  /** Worldline and Ingenico webhooks. */
  readonly worldline: WorldlineOptions;
  /** X (Twitter) webhooks. */
  readonly 'x-twitter': XTwitterOptions;
  /** Zoom webhooks. */
  readonly zoom: ZoomOptions;
}

/** Options of a scheme of the type `template`. A signature over a template of the request’s parts. */
export interface TemplateScheme {
  /** What signs: a MAC, or a signature by public key; sha256 is short for hmac-sha256, sha1, sha384 and sha512 likewise. */
  readonly algorithm: SignatureAlgorithm;
  /** How the text of a secret becomes bytes: { encoding, prefix, digest }; encoding of a key goes first. Default: to the letter. */
  readonly key?: { readonly encoding?: 'utf8' | 'base64' | 'base64url' | 'hex' | 'base32'; readonly prefix?: string; readonly digest?: 'sha1' | 'sha256' };
  /** Where it sits and how it is written: { header | query | member | field, prefix, encoding, list, also }; a text is a header’s name. */
  readonly signature: string | SignaturePlace;
  /** A template, or several, over {timestamp} {nonce} {id} {method} {path} {query} {query:sorted} {query:encoded} {url} {url:decoded} {url+form} {target:escaped} {host} {body} {body:sha256:hex} {body:sha256:bytes} {form:sorted} {member:NAME} {member:NAME?} {field:NAME} {json:FIELD:NAME} {parameter:NAME} {parameter:NAME:lower} {headers:NAME} {item:LABEL} {header:NAME}, or {header:NAME?} where an absent one counts as empty; {?text{header:NAME}text?} falls away where it is absent; or body-without-member, sorted-form-lines. */
  readonly message: string | readonly string[];
  /** What {body} stands for: raw, ascii-escaped, gunzipped, json-string; of several any will do. Default: raw, without a signature that is inside. */
  readonly body?: 'raw' | 'ascii-escaped' | 'gunzipped' | 'json-string' | readonly ('raw' | 'ascii-escaped' | 'gunzipped' | 'json-string')[];
  /** { header | query | member | field | item, unit: s | ms | s-or-ms | rfc3339 }, or none; a text is a header’s name; the message must cover it. Default: none. */
  readonly timestamp?: string | TimestampPlace;
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Where {id} sits. Default: none. */
  readonly id?: string | Place;
  /** Where the nonce sits. Default: none. */
  readonly nonce?: string | Place;
  /** Where the key’s id sits. Default: none. */
  readonly keyId?: string | Place;
  /** Where the event’s type sits. Default: none. */
  readonly eventType?: string | Place;
  /** What tells that a request came before: message, all that is signed; signed-id, the id alone, which the message must cover; none: nothing does, and each copy is taken. Default: message. */
  readonly replay?: 'signed-id' | 'message' | 'none';
  /** Where the SHA-256 of a body that is not a form stands in hex; the message must cover it. Default: none. */
  readonly bodyDigest?: string | Place;
  /** The platform’s test of the address: { method, signed, when, token, challenge, answer, headers, deliversKey, probes }; by GET or HEAD it comes unsigned, by POST it must be signed unless signed is false. Default: none. */
  readonly handshake?: { readonly method?: 'GET' | 'HEAD' | 'POST'; readonly signed?: boolean; readonly when?: { readonly [name: string]: string }; readonly token?: { readonly query?: string; readonly value?: string }; readonly challenge?: string | { readonly header?: string; readonly query?: string }; readonly answer?: string | { readonly [name: string]: string | number }; readonly headers?: { readonly [name: string]: string }; readonly deliversKey?: boolean; readonly probes?: boolean };
  /** Where items are that are signed one by one, e.g. items.*: signature and {member:NAME} are the item’s. Default: the request is signed as one. */
  readonly each?: string;
  /** Scheme and host for {url} and {host}, as the sender knows them. Default: what the client or a trusted proxy says of them. */
  readonly origin?: string;
}

/** Options of a scheme of the type `jwt`. JSON Web Tokens. */
export interface JwtScheme {
  /** HS256, 384 or 512, or one or a list of RS…, PS…, ES… (256, 384, 512), Ed25519 (EdDSA takes both names). */
  readonly algorithm: TokenAlgorithm | readonly TokenAlgorithm[];
  /** Where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }. Default: none. */
  readonly jwks?: string | KeySetAddress;
  /** The header that carries the token. Default: authorization, as Bearer. */
  readonly header?: string;
  /** What the claim iss must be: a text or a list. Default: any. */
  readonly issuer?: string | readonly string[];
  /** What the claim aud must be or hold: a text or a list. Default: any. */
  readonly audience?: string | readonly string[];
  /** What the token’s header must say as its type. Default: any. */
  readonly typ?: string;
  /** Claims that must be there, besides exp. Default: none. */
  readonly required?: string | readonly string[];
  /** What claims must say, by their names: a text, a whole number, true or false, or a list of which one is enough, e.g. { email_verified: true }. Default: none. */
  readonly requiredValues?: { readonly [name: string]: string | number | boolean | readonly (string | number | boolean)[] };
  /** Bounded: a token must have exp; or unbounded: one without it is accepted forever. Default: bounded. */
  readonly lifetime?: 'bounded' | 'unbounded';
  /** How old a token may be by its iat, which must be there then; exp need not. Default: until it expires. */
  readonly maxAgeMs?: number;
  /** How far ahead nbf and iat may be, and how long after exp a token is still taken. Default: 5000 for nbf and iat, 0 for exp. */
  readonly leewayMs?: number;
  /** Headers that the token is bound to by its claim pay, in order. Default: none. */
  readonly binding?: string | readonly string[];
  /** Required; optional: checked where the token has the claim; or off. Default: required. */
  readonly bindingMode?: 'required' | 'optional' | 'off';
  /** Whether the claim ip must be the client’s address. Default: false. */
  readonly ip?: boolean;
  /** How often a token is taken, 1 to 1000: by its claim jti or, without one, as a whole; a token must have exp then. Default: none. */
  readonly consume?: number;
  /** Where one public key at a time is asked for by the kid of a token, in place of keys and jwks: { url, headers, body, member, until, maxAgeMs: 3600000, timeoutMs: 5000, maxBytes: 65536 }; {kid} in url or body stands for it. Default: none. */
  readonly keyUrl?: { readonly url?: string; readonly headers?: { readonly [name: string]: string }; readonly body?: string; readonly member?: string; readonly until?: string; readonly maxAgeMs?: number; readonly timeoutMs?: number; readonly maxBytes?: number };
  /** The claim that holds the SHA-256 of the body: its name, or { name, encoding: hex, base64 or base64url, emptyBody: hashed, or absent where tokens of empty bodies lack it }. Default: none: the body is not proved. */
  readonly bodyClaim?: string | { readonly name?: string; readonly encoding?: 'hex' | 'base64' | 'base64url'; readonly emptyBody?: 'hashed' | 'absent' };
  /** The claim that holds the URL of the request: its name, or { name, hash: hex, base64 or base64url } where it holds the URL’s SHA-256. Default: none: the URL is not proved. */
  readonly urlClaim?: string | { readonly name?: string; readonly hash?: 'hex' | 'base64' | 'base64url' };
  /** The claim that holds the SHA-256 in hex of method, path and query as Atlassian’s qsh has them: its name, or { name, basePath: the path of the base URL, which it leaves out }. Default: none. */
  readonly queryHashClaim?: string | { readonly name?: string; readonly basePath?: string };
  /** For urlClaim: scheme and host as the sender calls them, e.g. https://hooks.example. Default: as each request says. */
  readonly origin?: string;
  /** What stands before the token; empty: nothing. Default: "Bearer " in authorization, else nothing. */
  readonly prefix?: string;
  /** How a secret’s text becomes bytes. Default: utf8. */
  readonly keyEncoding?: 'utf8' | 'base64' | 'base64url' | 'hex' | 'base32';
}

/** Options of a scheme of the type `shared-token`. A token that is the secret itself. */
export interface SharedTokenScheme {
  /** Bearer, basic (the key is USER:PASSWORD) or plain. Default: bearer, or plain where a header is named. */
  readonly form?: 'plain' | 'bearer' | 'basic';
  /** The header that carries it. Default: authorization. */
  readonly header?: string;
  /** The platform’s test of the address: { method, signed, when, token, challenge, answer, headers, deliversKey, probes }; by GET or HEAD it comes unsigned, by POST it must be signed unless signed is false. Default: none. */
  readonly handshake?: { readonly method?: 'GET' | 'HEAD' | 'POST'; readonly signed?: boolean; readonly when?: { readonly [name: string]: string }; readonly token?: { readonly query?: string; readonly value?: string }; readonly challenge?: string | { readonly header?: string; readonly query?: string }; readonly answer?: string | { readonly [name: string]: string | number }; readonly headers?: { readonly [name: string]: string }; readonly deliversKey?: boolean; readonly probes?: boolean };
}

/** Options of a scheme of the type `http-message-signatures`. HTTP Message Signatures, RFC 9421. */
export interface HttpMessageSignaturesScheme {
  /** What senders of one kind sign, and how: the demands of web-bot-auth, ucp, adcp, adcp-webhook or visa-tap; other options add to them. Default: none. */
  readonly profile?: 'web-bot-auth' | 'ucp' | 'adcp' | 'adcp-webhook' | 'visa-tap';
  /** Hmac-sha256, ed25519, ecdsa-p256-sha256, ecdsa-p384-sha384, rsa-pss-sha512 or rsa-v1_5-sha256; or of-key: what each key’s JWK says, whose kty, crv and alg decide; never taken from the request. Default: hmac-sha256; of-key with a profile, jwks, brand or agents. */
  readonly algorithm?: 'hmac-sha256' | 'ed25519' | 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384' | 'rsa-pss-sha512' | 'rsa-v1_5-sha256' | 'of-key';
  /** Where the public keys are, instead of keys: an https address of a JWKS, a key directory or a UCP profile, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }; under ucp maxBytes is 131072 and cooldownMs 60000. Default: none. */
  readonly jwks?: string | KeySetAddress;
  /** Whose public keys are taken from where the operator’s brand.json says they are, instead of keys, as AdCP has it: { url, agent }, the address of the file and that of the agent in it, and the bounds of jwks. Default: none. */
  readonly brand?: { readonly url?: string; readonly agent?: string; readonly maxAgeMs?: number; readonly cooldownMs?: number; readonly timeoutMs?: number; readonly maxBytes?: number; readonly maxOutageMs?: number };
  /** Whose public keys are taken from where the request says they are, instead of keys: a list of hosts, or of whole addresses of keys that are not under /.well-known; or any, and each is known by the host; or { of, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }, under ucp as jwks. Default: none. */
  readonly agents?: string | readonly string[] | { readonly of?: string | readonly string[]; readonly maxAgeMs?: number; readonly cooldownMs?: number; readonly timeoutMs?: number; readonly maxBytes?: number; readonly maxOutageMs?: number };
  /** The header that says where the keys of agents are, which the signature must cover: signature-agent or ucp-agent. Default: the profile’s, or signature-agent. */
  readonly agentHeader?: 'signature-agent' | 'ucp-agent';
  /** Whether keyid must be the RFC 7638 thumbprint of the key; of-key only. Default: the profile’s, or false: or the key’s kid. */
  readonly thumbprint?: boolean;
  /** Members that the JWK of a key must have, with the values that are taken: { NAME: VALUE or a list }; of-key only. Default: the profile’s, or none. */
  readonly keyMembers?: { readonly [name: string]: string | readonly string[] };
  /** What a signature must cover, and what signing covers, e.g. x-id or 'example-dict;key="a"'; content-digest only where there is a body; @authority, @path and @query stand for @target-uri; none: whatever it covers. Default: @method, @target-uri, content-digest; with a profile, its own and these. */
  readonly components?: string | readonly string[];
  /** What a signature must cover of a request that has it: headers; @query; content-type and content-digest of a body. Default: the profile’s, and idHeader. */
  readonly whenPresent?: string | readonly string[];
  /** Parameters that a signature must have besides created: some of expires, nonce, alg, keyid, tag; or none, which takes one without created too; with nonce, the nonce is the identity of a request. Default: created; with a profile, its own and these. */
  readonly required?: 'created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag' | 'none' | readonly ('created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag' | 'none')[];
  /** Bounded: a signature must have created; or unbounded: one without it is accepted forever. Default: bounded. */
  readonly lifetime?: 'bounded' | 'unbounded';
  /** The label of the signature that counts. Default: any; signing writes sig1. */
  readonly label?: string;
  /** The tag of the signature that counts, or several; none: a signature without one. Default: the profile’s, or any. */
  readonly tag?: string | readonly string[];
  /** The header that names the request, e.g. idempotency-key: it must be covered where it is there; a request of the same id is a repeat, and refused where its body is another. Default: the profile’s, or none. */
  readonly idHeader?: string;
  /** How old created may be; of agents, also how far ahead expires may be in a signature without created. Default: the profile’s, or 300000. */
  readonly maxAgeMs?: number;
  /** How far ahead created may be. Default: 60000. */
  readonly futureMs?: number;
  /** How long after created expires may be; a signature whose expires is not after created is refused then. Default: the profile’s, or any time. */
  readonly maxLifetimeMs?: number;
  /** What signing writes: sha-256 or sha-512. Default: sha-256. */
  readonly digest?: 'sha-256' | 'sha-512';
  /** How the bytes of signatures are written: base64, as RFC 9651 has them, or base64url without padding. Default: the profile’s, or base64. */
  readonly byteEncoding?: 'base64' | 'base64url';
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
  /** Types of further fields that are covered with ;sf: { NAME: dictionary | list | item }. Default: the registered ones. */
  readonly structuredFields?: { readonly [name: string]: 'dictionary' | 'list' | 'item' };
}

/** Options of a scheme of the type `detached-jws`. Detached JSON Web Signatures over method, path, headers that the sender names, and body. */
export interface DetachedJwsScheme {
  /** One or a list of RS…, PS…, ES… (256, 384, 512), Ed25519. */
  readonly algorithm: PublicKeyTokenAlgorithm | readonly PublicKeyTokenAlgorithm[];
  /** The header that carries the signature. */
  readonly header: string;
  /** The parameter of the signature’s header that names the headers that it covers. */
  readonly headersParameter: string;
  /** What other parameters of the signature’s header must say, by their names. Default: none. */
  readonly parameters?: { readonly [name: string]: string };
  /** Headers that each signature must cover: one or a list. Default: none: those that the sender chooses. */
  readonly requiredHeaders?: string | readonly string[];
  /** As-received; or either: a signature of the path with a slash at its end, or without it, is as good. Default: as-received. */
  readonly pathEnd?: 'as-received' | 'either';
  /** Where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }. Default: none. */
  readonly jwks?: string | KeySetAddress;
}

/** Options of a scheme of the type `aws-sigv4`. AWS Signature Version 4, in the header authorization, or in presigned URLs. */
export interface AwsSigv4Scheme {
  /** The region in the credential scope of the sender’s signatures, e.g. us-east-1. */
  readonly region: string;
  /** The service in that scope, e.g. execute-api; for s3 the path is signed as it is, for any other it is encoded once more. */
  readonly service: string;
  /** Headers that must be signed besides host, x-amz-date and each x-amz-* that a request has, e.g. content-type. Default: none. */
  readonly signedHeaders?: string | readonly string[];
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Whether UNSIGNED-PAYLOAD is taken in place of the body’s SHA-256, and what signing writes: the body is then not proved. Default: false. */
  readonly unsignedPayload?: boolean;
  /** Whether presigned URLs are taken too: the signature stands in the query, and says for how long it is good. Of s3 they do not prove the body: unsignedPayload must be set. Default: false. */
  readonly presigned?: boolean;
  /** For how long a presigned URL may be good. Default: 604800000, as AWS has it; of presigned only. */
  readonly maxLifetimeMs?: number;
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: the request’s Host field, or what a trusted proxy says of it. */
  readonly origin?: string;
}

/** Options of a scheme of the type `certificate`. Members of a JSON body, signed by the key of a certificate whose address the body names. */
export interface CertificateScheme {
  /** Where the certificate is: { member, hosts, names }: the member that holds its address, whose addresses are taken, and for which names it must be; {region} in a host stands for the name of a region, e.g. us-east-1. */
  readonly certificate: { readonly member?: string; readonly hosts?: string | readonly string[]; readonly names?: string | readonly string[] };
  /** The member that holds the signature, in base64. */
  readonly signature: string;
  /** What signs; or { member, values }, where a member of the body chooses: what it chooses by each value, and no others are taken. */
  readonly algorithm: 'rsa-pkcs1-sha256' | 'rsa-pkcs1-sha384' | 'rsa-pkcs1-sha512' | 'rsa-pkcs1-sha1' | { readonly member?: string; readonly values?: { readonly [name: string]: 'rsa-pkcs1-sha256' | 'rsa-pkcs1-sha384' | 'rsa-pkcs1-sha512' | 'rsa-pkcs1-sha1' } };
  /** The members that are signed, in order: a line of the name and a line of the value each; NAME? may be absent; or { member, values }, where a member chooses between lists. */
  readonly message: string | readonly string[] | { readonly member?: string; readonly values?: { readonly [name: string]: string | readonly string[] } };
  /** The member that holds the time, in RFC 3339; the message must cover it. Default: none. */
  readonly timestamp?: string;
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** The member that holds the id, by which repeats are told; the message must cover it. Default: none. */
  readonly id?: string;
  /** The member that holds the event’s type; a.b is the member b of a. Default: none. */
  readonly eventType?: string;
  /** Members that must have one of some values: { NAME: [VALUE] }; the message must cover them. Default: none. */
  readonly require?: { readonly [name: string]: string | readonly string[] };
  /** A message whose address the sender wants called before it sends more: { member, when }: the member that holds it, at one of the certificate’s hosts, and what members hold in such a message; a gateway calls it, and a program is told of it. Default: none. */
  readonly confirm?: { readonly member?: string; readonly when?: { readonly [name: string]: string } };
}

/** The options of a declared scheme, by its type. */
export interface SchemeOptions {
  /** A signature over a template of the request’s parts. */
  readonly template: TemplateScheme;
  /** JSON Web Tokens. */
  readonly jwt: JwtScheme;
  /** A token that is the secret itself. */
  readonly 'shared-token': SharedTokenScheme;
  /** HTTP Message Signatures, RFC 9421. */
  readonly 'http-message-signatures': HttpMessageSignaturesScheme;
  /** Detached JSON Web Signatures over method, path, headers that the sender names, and body. */
  readonly 'detached-jws': DetachedJwsScheme;
  /** AWS Signature Version 4, in the header authorization, or in presigned URLs. */
  readonly 'aws-sigv4': AwsSigv4Scheme;
  /** Members of a JSON body, signed by the key of a certificate whose address the body names. */
  readonly certificate: CertificateScheme;
}
