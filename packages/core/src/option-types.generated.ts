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
export type SignatureAlgorithm = 'hmac-sha1' | 'sha1' | 'hmac-sha256' | 'sha256' | 'hmac-sha384' | 'sha384' | 'hmac-sha512' | 'sha512' | 'ed25519' | 'ecdsa-p256-sha256' | 'ecdsa-p256-sha256-der' | 'ecdsa-p384-sha384' | 'ecdsa-p384-sha384-der' | 'rsa-pkcs1-sha256' | 'rsa-pkcs1-sha384' | 'rsa-pkcs1-sha512' | 'rsa-pss-sha256' | 'rsa-pss-sha384' | 'rsa-pss-sha512';

/** How a header holds several labelled items. */
export interface SignatureList {
  /** What stands between two items. Default: ",". */
  readonly separator?: string;
  /** What stands between an item’s label and its value. Default: "=". */
  readonly assign?: string;
  /** Labels of the items that are signatures. Default: v1. */
  readonly labels?: string | readonly string[];
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
  readonly encoding?: 'hex' | 'hex-any-case' | 'base64' | 'base64url' | 'text';
  /** What stands before it, e.g. sha256=. */
  readonly prefix?: string;
  /** A header of several labelled items, e.g. t=1,v1=ab. */
  readonly list?: SignatureList;
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
  /** How it is written. Default: s. */
  readonly unit?: 's' | 'ms' | 'rfc3339';
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

/** Options of the provider `hmac`. Generic HMAC. */
export interface HmacOptions {
  /** Sha1, sha256, sha384 or sha512; or any other algorithm of a declared scheme. Default: sha256. */
  readonly algorithm?: SignatureAlgorithm;
  /** Where it sits and how it is written: { header | query | member | field, prefix, encoding }. Default: { header: x-signature, encoding: hex-any-case }. */
  readonly signature?: string | SignaturePlace;
  /** A template over {timestamp} {nonce} {id} {method} {path} {query} {query:sorted} {url} {host} {body} {body:sha256:hex} {body:sha256:bytes} {form:sorted} {header:NAME}, or {header:NAME?} where an absent one counts as empty. Default: {timestamp}.{body}, with {nonce} before the body where the request has one. */
  readonly message?: string | readonly string[];
  /** { header | query | member | field, unit: s | ms | rfc3339 }, or none; the message must cover it. Default: { header: x-timestamp, unit: s }. */
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
  /** Scheme and host for {url} and {host}, as the sender knows them. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
}

/** Options of the provider `http-message-signatures`. HTTP Message Signatures. */
export interface HttpMessageSignaturesOptions {
  /** Hmac-sha256, ed25519, ecdsa-p256-sha256, ecdsa-p384-sha384, rsa-pss-sha512 or rsa-v1_5-sha256; fixed here, never taken from the request. Default: hmac-sha256. */
  readonly algorithm?: 'hmac-sha256' | 'ed25519' | 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384' | 'rsa-pss-sha512' | 'rsa-v1_5-sha256';
  /** What a signature must cover, and what signing covers, e.g. x-id or 'example-dict;key="a"'; content-digest only where there is a body; @authority, @path and @query stand for @target-uri; none: whatever it covers. Default: @method, @target-uri, content-digest. */
  readonly components?: string | readonly string[];
  /** Parameters that a signature must have besides created: some of expires, nonce, alg, keyid, tag; or none, which takes one without created too; with nonce, the nonce is the identity of a request. Default: created. */
  readonly required?: 'created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag' | 'none' | readonly ('created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag' | 'none')[];
  /** Bounded: a signature must have created; or unbounded: one without it is accepted forever. Default: bounded. */
  readonly lifetime?: 'bounded' | 'unbounded';
  /** The label of the signature that counts. Default: any; signing writes sig1. */
  readonly label?: string;
  /** The tag of the signature that counts. Default: any. */
  readonly tag?: string;
  /** How old created may be. Default: 300000. */
  readonly maxAgeMs?: number;
  /** How far ahead created may be. Default: 60000. */
  readonly futureMs?: number;
  /** What signing writes: sha-256 or sha-512. Default: sha-256. */
  readonly digest?: 'sha-256' | 'sha-512';
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
  /** Types of further fields that are covered with ;sf: { NAME: dictionary | list | item }. Default: the registered ones. */
  readonly structuredFields?: { readonly [name: string]: 'dictionary' | 'list' | 'item' };
}

/** Options of the provider `incode`. Incode webhooks. */
export interface IncodeOptions {
  /** Bearer, basic (the key is USER:PASSWORD) or plain. Default: bearer, or plain where a header is named. */
  readonly form?: 'plain' | 'bearer' | 'basic';
  /** The header that carries it. Default: authorization. */
  readonly header?: string;
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
  /** Bounded: a token must have exp; or unbounded: one without it is accepted forever. Default: bounded. */
  readonly lifetime?: 'bounded' | 'unbounded';
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

/** Options of the provider `slack`. Slack requests. */
export interface SlackOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp }, each where it differs. Default: x-slack-signature, x-slack-request-timestamp. */
  readonly headers?: { readonly signature?: string; readonly timestamp?: string };
}

/** Options of the provider `standard-webhooks`. Standard Webhooks. */
export interface StandardWebhooksOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix. Default: webhook-signature, webhook-timestamp, webhook-id. */
  readonly headers?: string | { readonly signature?: string; readonly timestamp?: string; readonly id?: string };
}

/** Options of the provider `stripe`. Stripe webhooks. */
export interface StripeOptions {
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Other names of headers: { signature }, each where it differs. Default: stripe-signature. */
  readonly headers?: { readonly signature?: string };
}

/** Options of the provider `twilio`. Twilio webhooks. */
export interface TwilioOptions {
  /** Other names of headers: { signature }, each where it differs. Default: x-twilio-signature. */
  readonly headers?: { readonly signature?: string };
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
}

/** The options of each provider, by its id. */
export interface ProviderOptions {
  /** Approov tokens. */
  readonly approov: ApproovOptions;
  /** DPoP-bound access tokens. */
  readonly dpop: DpopOptions;
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
  /** Generic HMAC. */
  readonly hmac: HmacOptions;
  /** HTTP Message Signatures. */
  readonly 'http-message-signatures': HttpMessageSignaturesOptions;
  /** Incode webhooks. */
  readonly incode: IncodeOptions;
  /** JWT bearer tokens. */
  readonly 'jwt-bearer': JwtBearerOptions;
  /** Slack requests. */
  readonly slack: SlackOptions;
  /** Standard Webhooks. */
  readonly 'standard-webhooks': StandardWebhooksOptions;
  /** Stripe webhooks. */
  readonly stripe: StripeOptions;
  /** Twilio webhooks. */
  readonly twilio: TwilioOptions;
}

/** Options of a scheme of the type `template`. A signature over a template of the request’s parts. */
export interface TemplateScheme {
  /** What signs: a MAC, or a signature by public key; sha256 is short for hmac-sha256, sha1, sha384 and sha512 likewise. */
  readonly algorithm: SignatureAlgorithm;
  /** Where it sits and how it is written: { header | query | member | field, prefix, encoding, list }; a text is a header’s name. */
  readonly signature: string | SignaturePlace;
  /** A template, or several, over {timestamp} {nonce} {id} {method} {path} {query} {query:sorted} {url} {host} {body} {body:sha256:hex} {body:sha256:bytes} {form:sorted} {header:NAME}, or {header:NAME?} where an absent one counts as empty; or body-without-member, sorted-form-lines. */
  readonly message: string | readonly string[];
  /** { header | query | member | field | item, unit: s | ms | rfc3339 }, or none; a text is a header’s name; the message must cover it. Default: none. */
  readonly timestamp?: string | TimestampPlace;
  /** How old, and how far ahead, a request may be; or { past, future }. Default: 300000. */
  readonly toleranceMs?: number | Tolerance;
  /** Where {id} sits. Default: none. */
  readonly id?: string | Place;
  /** Where the nonce sits. Default: none. */
  readonly nonce?: string | Place;
  /** Where the key’s id sits. Default: none. */
  readonly keyId?: string | Place;
  /** Where the SHA-256 of a body that is not a form stands in hex; the message must cover it. Default: none. */
  readonly bodyDigest?: string | Place;
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
  /** Bounded: a token must have exp; or unbounded: one without it is accepted forever. Default: bounded. */
  readonly lifetime?: 'bounded' | 'unbounded';
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
  /** What stands before the token. Default: "Bearer " in authorization, else nothing. */
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
}

/** Options of a scheme of the type `http-message-signatures`. HTTP Message Signatures, RFC 9421. */
export interface HttpMessageSignaturesScheme {
  /** Hmac-sha256, ed25519, ecdsa-p256-sha256, ecdsa-p384-sha384, rsa-pss-sha512 or rsa-v1_5-sha256; fixed here, never taken from the request. Default: hmac-sha256. */
  readonly algorithm?: 'hmac-sha256' | 'ed25519' | 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384' | 'rsa-pss-sha512' | 'rsa-v1_5-sha256';
  /** What a signature must cover, and what signing covers, e.g. x-id or 'example-dict;key="a"'; content-digest only where there is a body; @authority, @path and @query stand for @target-uri; none: whatever it covers. Default: @method, @target-uri, content-digest. */
  readonly components?: string | readonly string[];
  /** Parameters that a signature must have besides created: some of expires, nonce, alg, keyid, tag; or none, which takes one without created too; with nonce, the nonce is the identity of a request. Default: created. */
  readonly required?: 'created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag' | 'none' | readonly ('created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag' | 'none')[];
  /** Bounded: a signature must have created; or unbounded: one without it is accepted forever. Default: bounded. */
  readonly lifetime?: 'bounded' | 'unbounded';
  /** The label of the signature that counts. Default: any; signing writes sig1. */
  readonly label?: string;
  /** The tag of the signature that counts. Default: any. */
  readonly tag?: string;
  /** How old created may be. Default: 300000. */
  readonly maxAgeMs?: number;
  /** How far ahead created may be. Default: 60000. */
  readonly futureMs?: number;
  /** What signing writes: sha-256 or sha-512. Default: sha-256. */
  readonly digest?: 'sha-256' | 'sha-512';
  /** Scheme and host as the sender knows them, behind a proxy or without TLS. Default: https and the request’s host, or what a trusted proxy says of them. */
  readonly origin?: string;
  /** Types of further fields that are covered with ;sf: { NAME: dictionary | list | item }. Default: the registered ones. */
  readonly structuredFields?: { readonly [name: string]: 'dictionary' | 'list' | 'item' };
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
}
