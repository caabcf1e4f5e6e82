/** What is signed besides the body, where the signature stands, and how old it may be: as data for a gate, and by hand in other languages. */
import { type Example, IMPORT_GATE, NODE_FRAMEWORKS } from './example.ts';

const TOPICS = ['message-parts', 'signature-header', 'tolerance'];

export const MESSAGES: readonly Example[] = [
  {
    frameworks: NODE_FRAMEWORKS,
    topics: TOPICS,
    language: 'js',
    code: `${IMPORT_GATE}

export const gate = createGate({
  scheme: {
    algorithm: 'hmac-sha256',
    signature: { header: 'x-signature', prefix: 'sha256=', encoding: 'hex' },
    timestamp: { header: 'x-timestamp', unit: 's' },
    // To the letter what the sender signs: its parts, their order, and what stands between them.
    message: '{timestamp}.{body}',
    toleranceMs: 5 * 60 * 1000,
  },
  keys: [process.env.WEBHOOK_SECRET],
});`,
    note: "Of a ready-made provider: provider: { id: 'slack', toleranceMs: 600_000 }, and headers where a proxy or a relay has renamed them.",
  },
  {
    frameworks: ['flask', 'django'],
    topics: TOPICS,
    language: 'python',
    code: `import hashlib, hmac, os, time

SECRET = os.environ["WEBHOOK_SECRET"].encode()


def is_genuine(headers, body):
    timestamp = headers.get("X-Timestamp", "")
    signature = headers.get("X-Signature", "")
    # To the letter what the sender signs: its parts, their order, and what stands between them.
    message = timestamp.encode() + b"." + body
    expected = "sha256=" + hmac.new(SECRET, message, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        return False
    return abs(time.time() - int(timestamp)) <= 300`,
  },
  {
    frameworks: ['php'],
    topics: TOPICS,
    language: 'php',
    code: `<?php
function is_genuine(array $server, string $body): bool
{
    $timestamp = $server['HTTP_X_TIMESTAMP'] ?? '';
    $signature = $server['HTTP_X_SIGNATURE'] ?? '';
    // To the letter what the sender signs: its parts, their order, and what stands between them.
    $expected = 'sha256=' . hash_hmac('sha256', "$timestamp.$body", getenv('WEBHOOK_SECRET'));
    return hash_equals($expected, $signature) && abs(time() - (int) $timestamp) <= 300;
}`,
  },
  {
    frameworks: ['rails'],
    topics: TOPICS,
    language: 'ruby',
    code: `def genuine?(headers, body)
  timestamp = headers['X-Timestamp'].to_s
  signature = headers['X-Signature'].to_s
  # To the letter what the sender signs: its parts, their order, and what stands between them.
  expected = 'sha256=' + OpenSSL::HMAC.hexdigest('SHA256', ENV.fetch('WEBHOOK_SECRET'), "#{timestamp}.#{body}")
  return false unless ActiveSupport::SecurityUtils.secure_compare(expected, signature)

  (Time.now.to_i - timestamp.to_i).abs <= 300
end`,
  },
  {
    frameworks: ['go'],
    topics: TOPICS,
    language: 'go',
    code: `func isGenuine(header http.Header, body []byte) bool {
	timestamp := header.Get("X-Timestamp")
	mac := hmac.New(sha256.New, []byte(os.Getenv("WEBHOOK_SECRET")))
	// To the letter what the sender signs: its parts, their order, and what stands between them.
	mac.Write([]byte(timestamp + "." + string(body)))
	expected := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if !hmac.Equal([]byte(expected), []byte(header.Get("X-Signature"))) {
		return false
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	return err == nil && time.Since(time.Unix(seconds, 0)).Abs() <= 5*time.Minute
}`,
  },
  {
    frameworks: ['spring'],
    topics: TOPICS,
    language: 'java',
    code: `static boolean isGenuine(HttpHeaders headers, byte[] body) throws GeneralSecurityException {
  String timestamp = headers.getFirst("X-Timestamp");
  String signature = headers.getFirst("X-Signature");
  if (timestamp == null || signature == null) return false;
  byte[] secret = System.getenv("WEBHOOK_SECRET").getBytes(StandardCharsets.UTF_8);
  Mac mac = Mac.getInstance("HmacSHA256");
  mac.init(new SecretKeySpec(secret, "HmacSHA256"));
  // To the letter what the sender signs: its parts, their order, and what stands between them.
  mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
  String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
  if (!MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8))) {
    return false;
  }
  return Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) <= 300;
}`,
  },
];
