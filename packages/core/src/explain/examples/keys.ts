/** How each language reads the secret from its environment: without what stands around it, decoded where it is base64 or hex, and two at once. */
import { type Example, FRAMEWORKS, IMPORT_GATE, NODE_FRAMEWORKS } from './example.ts';

export const KEYS: readonly Example[] = [
  {
    frameworks: NODE_FRAMEWORKS,
    topics: ['key-whitespace'],
    language: 'js',
    code: `${IMPORT_GATE}

const secret = process.env.WEBHOOK_SECRET?.trim();
if (!secret) throw new Error('WEBHOOK_SECRET is not set');
export const gate = createGate({ provider: 'github', keys: [secret] });`,
  },
  {
    frameworks: NODE_FRAMEWORKS,
    topics: ['key-encoding'],
    language: 'js',
    code: `${IMPORT_GATE}

const secret = process.env.WEBHOOK_SECRET;
// encoding: utf8, base64 or hex. In countersign.yaml: keys: [{ secret: "\${env:WEBHOOK_SECRET}", encoding: base64 }]
export const gate = createGate({ provider: 'github', keys: [{ id: 'github', secret, encoding: 'base64' }] });`,
  },
  {
    frameworks: NODE_FRAMEWORKS,
    topics: ['key-rotation'],
    language: 'js',
    code: `${IMPORT_GATE}

// Both are accepted until the sender signs with the new one.
export const gate = createGate({
  provider: 'github',
  keys: [
    { id: 'new', secret: process.env.WEBHOOK_SECRET },
    { id: 'old', secret: process.env.WEBHOOK_SECRET_OLD, state: 'retiring' },
  ],
});`,
  },
  {
    frameworks: NODE_FRAMEWORKS,
    topics: ['key-as-text'],
    language: 'js',
    code: `${IMPORT_GATE}

const secret = process.env.WEBHOOK_SECRET;
// In countersign.yaml: keys: [{ secret: "\${env:WEBHOOK_SECRET}", encoding: utf8 }]
export const gate = createGate({ provider: 'github', keys: [{ id: 'main', secret, encoding: 'utf8' }] });`,
  },
  {
    frameworks: ['flask', 'django'],
    topics: ['key-as-text'],
    language: 'python',
    code: `import os

SECRET = os.environ["WEBHOOK_SECRET"].encode()  # the text itself, never decoded`,
  },
  {
    frameworks: ['php'],
    topics: ['key-as-text'],
    language: 'php',
    code: `<?php
$secret = getenv('WEBHOOK_SECRET'); // the text itself, never decoded`,
  },
  {
    frameworks: ['rails'],
    topics: ['key-as-text'],
    language: 'ruby',
    code: `secret = ENV.fetch('WEBHOOK_SECRET') # the text itself, never decoded`,
  },
  {
    frameworks: ['go'],
    topics: ['key-as-text'],
    language: 'go',
    code: `secret := []byte(os.Getenv("WEBHOOK_SECRET")) // the text itself, never decoded`,
  },
  {
    frameworks: ['spring'],
    topics: ['key-as-text'],
    language: 'java',
    code: `byte[] secret = System.getenv("WEBHOOK_SECRET").getBytes(StandardCharsets.UTF_8); // the text itself, never decoded`,
  },
  {
    frameworks: FRAMEWORKS.filter((framework) => framework !== 'nginx'),
    topics: ['key-env-file'],
    language: 'sh',
    code: `# The whole line: no export, no quotes, no blanks, no comment behind it. docker --env-file, systemd and Kubernetes take it to the letter.
WEBHOOK_SECRET=what-the-sender-shows-and-nothing-else`,
    notRun: 'it is a line of a file, and no program',
  },
  {
    frameworks: ['flask', 'django'],
    topics: ['key-whitespace'],
    language: 'python',
    code: `import os

SECRET = os.environ["WEBHOOK_SECRET"].strip().encode()`,
  },
  {
    frameworks: ['flask', 'django'],
    topics: ['key-encoding'],
    language: 'python',
    code: `import base64, os

SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"])  # or bytes.fromhex(…), or .encode() where it is a text`,
  },
  {
    frameworks: ['php'],
    topics: ['key-whitespace'],
    language: 'php',
    code: `<?php
$secret = trim(getenv('WEBHOOK_SECRET'));`,
  },
  {
    frameworks: ['php'],
    topics: ['key-encoding'],
    language: 'php',
    code: `<?php
$secret = base64_decode(getenv('WEBHOOK_SECRET'), true); // or hex2bin(…), or as it is where it is a text`,
  },
  {
    frameworks: ['rails'],
    topics: ['key-whitespace'],
    language: 'ruby',
    code: `secret = ENV.fetch('WEBHOOK_SECRET').strip`,
  },
  {
    frameworks: ['rails'],
    topics: ['key-encoding'],
    language: 'ruby',
    code: `secret = ENV.fetch('WEBHOOK_SECRET').unpack1('m') # base64; hex: [text].pack('H*')`,
  },
  {
    frameworks: ['go'],
    topics: ['key-whitespace'],
    language: 'go',
    code: `secret := []byte(strings.TrimSpace(os.Getenv("WEBHOOK_SECRET")))`,
  },
  {
    frameworks: ['go'],
    topics: ['key-encoding'],
    language: 'go',
    code: `secret, err := base64.StdEncoding.DecodeString(os.Getenv("WEBHOOK_SECRET")) // or hex.DecodeString`,
  },
  {
    frameworks: ['spring'],
    topics: ['key-whitespace'],
    language: 'java',
    code: `byte[] secret = System.getenv("WEBHOOK_SECRET").strip().getBytes(StandardCharsets.UTF_8);`,
  },
  {
    frameworks: ['spring'],
    topics: ['key-encoding'],
    language: 'java',
    code: `byte[] secret = Base64.getDecoder().decode(System.getenv("WEBHOOK_SECRET")); // or HexFormat.of().parseHex`,
  },
  {
    frameworks: ['flask', 'django'],
    topics: ['key-rotation'],
    language: 'python',
    code: `import hashlib, hmac, os

# Both are accepted until the sender signs with the new one.
SECRETS = [os.environ[name].encode() for name in ("WEBHOOK_SECRET", "WEBHOOK_SECRET_OLD") if os.environ.get(name)]


def is_genuine(body, signature):
    expected = ["sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest() for secret in SECRETS]
    return any([hmac.compare_digest(text.encode(), signature.encode()) for text in expected])`,
  },
  {
    frameworks: ['php'],
    topics: ['key-rotation'],
    language: 'php',
    code: `<?php
function is_genuine(string $body, string $signature): bool
{
    // Both are accepted until the sender signs with the new one.
    $secrets = array_filter([getenv('WEBHOOK_SECRET'), getenv('WEBHOOK_SECRET_OLD')]);
    foreach ($secrets as $secret) {
        if (hash_equals('sha256=' . hash_hmac('sha256', $body, $secret), $signature)) return true;
    }
    return false;
}`,
  },
  {
    frameworks: ['rails'],
    topics: ['key-rotation'],
    language: 'ruby',
    code: `def genuine?(body, signature)
  # Both are accepted until the sender signs with the new one.
  secrets = ENV.values_at('WEBHOOK_SECRET', 'WEBHOOK_SECRET_OLD').compact_blank
  secrets.any? do |secret|
    expected = 'sha256=' + OpenSSL::HMAC.hexdigest('SHA256', secret, body)
    ActiveSupport::SecurityUtils.secure_compare(expected, signature)
  end
end`,
  },
  {
    frameworks: ['go'],
    topics: ['key-rotation'],
    language: 'go',
    code: `func isGenuine(body []byte, signature string) bool {
	// Both are accepted until the sender signs with the new one.
	for _, name := range []string{"WEBHOOK_SECRET", "WEBHOOK_SECRET_OLD"} {
		secret := os.Getenv(name)
		if secret == "" {
			continue
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		if hmac.Equal([]byte("sha256="+hex.EncodeToString(mac.Sum(nil))), []byte(signature)) {
			return true
		}
	}
	return false
}`,
  },
  {
    frameworks: ['spring'],
    topics: ['key-rotation'],
    language: 'java',
    code: `static boolean isGenuine(byte[] body, String signature) throws GeneralSecurityException {
  // Both are accepted until the sender signs with the new one.
  for (String name : List.of("WEBHOOK_SECRET", "WEBHOOK_SECRET_OLD")) {
    String secret = System.getenv(name);
    if (secret == null || secret.isEmpty()) continue;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    if (MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8))) {
      return true;
    }
  }
  return false;
}`,
  },
];
