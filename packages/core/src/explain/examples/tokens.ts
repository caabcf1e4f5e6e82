/** What a token is proved by, whom it must be for, and the header that it is bound to. */
import { type Example, IMPORT_GATE, NODE_FRAMEWORKS } from './example.ts';

const TOPICS = ['token-key', 'token-audience'];

export const TOKENS: readonly Example[] = [
  {
    frameworks: NODE_FRAMEWORKS,
    topics: TOPICS,
    language: 'js',
    code: `${IMPORT_GATE}

export const gate = createGate({
  provider: {
    id: 'jwt-bearer',
    algorithm: 'RS256', // what the issuer signs with, whatever a token says
    jwks: 'https://issuer.example/.well-known/jwks.json',
    issuer: 'https://issuer.example', // the claims iss and aud, to the letter
    audience: 'https://api.example',
  },
});`,
    note: 'Of an issuer that signs with a secret: algorithm HS256, and keys in place of jwks, with encoding: base64 where the issuer shows it so.',
  },
  {
    frameworks: ['flask', 'django'],
    topics: TOPICS,
    language: 'python',
    code: `import jwt

KEYS = jwt.PyJWKClient("https://issuer.example/.well-known/jwks.json")


def claims_of(token):
    key = KEYS.get_signing_key_from_jwt(token).key
    # What the issuer signs with, whatever a token says; the claims iss and aud, to the letter.
    return jwt.decode(
        token, key, algorithms=["RS256"], issuer="https://issuer.example", audience="https://api.example"
    )`,
    note: 'With PyJWT.',
  },
  {
    frameworks: ['rails'],
    topics: TOPICS,
    language: 'ruby',
    code: `require 'jwt'

# keys: what the issuer’s jwks_uri answers, parsed.
def claims_of(token, keys)
  # What the issuer signs with, whatever a token says; the claims iss and aud, to the letter.
  expected = { iss: 'https://issuer.example', verify_iss: true, aud: 'https://api.example', verify_aud: true }
  JWT.decode(token, nil, true, algorithms: ['RS256'], jwks: keys, **expected).first
end`,
    note: 'With the gem jwt.',
  },
  {
    frameworks: ['php'],
    topics: TOPICS,
    language: 'php',
    code: `<?php
use Firebase\\JWT\\JWK;
use Firebase\\JWT\\JWT;

// $keys: what the issuer’s jwks_uri answers, decoded as an array.
function claims_of(string $token, array $keys): stdClass
{
    $claims = JWT::decode($token, JWK::parseKeySet($keys, 'RS256'));
    // To the letter; the library looks at neither.
    if (($claims->iss ?? '') !== 'https://issuer.example' || !in_array('https://api.example', (array) ($claims->aud ?? []), true)) {
        throw new UnexpectedValueException('another issuer or audience');
    }
    return $claims;
}`,
    note: 'With firebase/php-jwt.',
    notRun: 'Debian has no firebase/php-jwt',
  },
  {
    frameworks: ['go'],
    topics: TOPICS,
    language: 'go',
    code: `func claimsOf(token string, keys jwt.Keyfunc) (*jwt.RegisteredClaims, error) {
	claims := &jwt.RegisteredClaims{}
	_, err := jwt.ParseWithClaims(token, claims, keys,
		jwt.WithValidMethods([]string{"RS256"}), // what the issuer signs with, whatever a token says
		jwt.WithIssuer("https://issuer.example"), // the claims iss and aud, to the letter
		jwt.WithAudience("https://api.example"),
		jwt.WithExpirationRequired())
	return claims, err
}`,
    note: 'With github.com/golang-jwt/jwt/v5.',
    notRun: 'Debian has no golang-jwt of version 5',
  },
  {
    frameworks: ['spring'],
    topics: TOPICS,
    language: 'text',
    code: `# application.properties: the claims iss and aud, to the letter, and what the issuer signs with
spring.security.oauth2.resourceserver.jwt.issuer-uri=https://issuer.example
spring.security.oauth2.resourceserver.jwt.jwk-set-uri=https://issuer.example/.well-known/jwks.json
spring.security.oauth2.resourceserver.jwt.audiences=https://api.example
spring.security.oauth2.resourceserver.jwt.jws-algorithms=RS256`,
    notRun: 'Debian has no Spring Boot',
  },
  {
    frameworks: NODE_FRAMEWORKS,
    topics: ['binding'],
    language: 'js',
    code: `${IMPORT_GATE}

export const gate = createGate({
  // The header whose whole value the client binds, Bearer and all; of several, in the client’s order.
  provider: { id: 'approov', binding: ['Authorization'] },
  keys: [process.env.APPROOV_SECRET],
});`,
  },
  {
    frameworks: ['flask', 'django'],
    topics: ['binding'],
    language: 'python',
    code: `import base64, hashlib, hmac


def is_bound(claims, headers):
    # The whole value, Bearer and all; of several headers, one behind the other in the client’s order.
    value = headers.get("Authorization", "")
    expected = base64.b64encode(hashlib.sha256(value.encode()).digest())
    return hmac.compare_digest(expected, claims.get("pay", "").encode())`,
  },
  {
    frameworks: ['php'],
    topics: ['binding'],
    language: 'php',
    code: `<?php
function is_bound(array $claims, array $server): bool
{
    // The whole value, Bearer and all; of several headers, one behind the other in the client’s order.
    $value = $server['HTTP_AUTHORIZATION'] ?? '';
    return hash_equals(base64_encode(hash('sha256', $value, true)), $claims['pay'] ?? '');
}`,
    note: 'Apache hands PHP no Authorization without CGIPassAuth On.',
  },
  {
    frameworks: ['rails'],
    topics: ['binding'],
    language: 'ruby',
    code: `def bound?(claims, headers)
  # The whole value, Bearer and all; of several headers, one behind the other in the client’s order.
  value = headers['Authorization'].to_s
  ActiveSupport::SecurityUtils.secure_compare(Digest::SHA256.base64digest(value), claims['pay'].to_s)
end`,
  },
  {
    frameworks: ['go'],
    topics: ['binding'],
    language: 'go',
    code: `func isBound(pay string, header http.Header) bool {
	// The whole value, Bearer and all; of several headers, one behind the other in the client’s order.
	hash := sha256.Sum256([]byte(header.Get("Authorization")))
	return hmac.Equal([]byte(base64.StdEncoding.EncodeToString(hash[:])), []byte(pay))
}`,
  },
  {
    frameworks: ['spring'],
    topics: ['binding'],
    language: 'java',
    code: `static boolean isBound(String pay, HttpHeaders headers) throws GeneralSecurityException {
  // The whole value, Bearer and all; of several headers, one behind the other in the client’s order.
  byte[] value = String.valueOf(headers.getFirst("Authorization")).getBytes(StandardCharsets.UTF_8);
  String expected = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(value));
  return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), pay.getBytes(StandardCharsets.UTF_8));
}`,
  },
];
