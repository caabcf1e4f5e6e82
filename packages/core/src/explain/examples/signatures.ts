/** How each language writes the signature of a body: what the sender’s side must do where it is written otherwise. */
import { type Example, NODE_FRAMEWORKS } from './example.ts';

const TOPICS = ['signature-encoding'];

export const SIGNATURES: readonly Example[] = [
  {
    frameworks: NODE_FRAMEWORKS,
    topics: TOPICS,
    language: 'js',
    code: `import { createHmac } from 'node:crypto';

// hex in small letters; or base64, or base64url. One call, and no text of a text.
export const sign = (secret, body) => createHmac('sha256', secret).update(body).digest('hex');`,
    note: "This is the sender’s side. An ECDSA signature as tokens have it: dsaEncoding: 'ieee-p1363'; by default it is DER.",
  },
  {
    frameworks: ['flask', 'django'],
    topics: TOPICS,
    language: 'python',
    code: `import base64, hashlib, hmac


def sign(secret, body):
    mac = hmac.new(secret, body, hashlib.sha256)
    return mac.hexdigest()  # or base64.b64encode(mac.digest()).decode(), not of hexdigest()`,
    note: 'This is the sender’s side.',
  },
  {
    frameworks: ['php'],
    topics: TOPICS,
    language: 'php',
    code: `<?php
function sign(string $secret, string $body): string
{
    return hash_hmac('sha256', $body, $secret); // or base64_encode(hash_hmac('sha256', $body, $secret, true))
}`,
    note: 'This is the sender’s side.',
  },
  {
    frameworks: ['rails'],
    topics: TOPICS,
    language: 'ruby',
    code: `require 'openssl'

def sign(secret, body)
  OpenSSL::HMAC.hexdigest('SHA256', secret, body) # or [OpenSSL::HMAC.digest('SHA256', secret, body)].pack('m0')
end`,
    note: "This is the sender’s side. pack('m') and encode64 put line ends into it; m0 and strict_encode64 do not.",
  },
  {
    frameworks: ['go'],
    topics: TOPICS,
    language: 'go',
    code: `func sign(secret, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil)) // or base64.StdEncoding.EncodeToString
}`,
    note: 'This is the sender’s side.',
  },
  {
    frameworks: ['spring'],
    topics: TOPICS,
    language: 'java',
    code: `static String sign(byte[] secret, byte[] body) throws GeneralSecurityException {
  Mac mac = Mac.getInstance("HmacSHA256");
  mac.init(new SecretKeySpec(secret, "HmacSHA256"));
  return HexFormat.of().formatHex(mac.doFinal(body)); // or Base64.getEncoder().encodeToString
}`,
    note: 'This is the sender’s side.',
  },
];
