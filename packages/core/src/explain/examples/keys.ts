/** How each language reads the secret from its environment: without what stands around it, and decoded where it is base64 or hex. */
import { type Example, NODE_FRAMEWORKS } from './example.ts';

export const KEYS: readonly Example[] = [
  {
    frameworks: NODE_FRAMEWORKS,
    topics: ['key-whitespace'],
    language: 'js',
    code: `import { createGate } from '@countersign/core';

const secret = process.env.WEBHOOK_SECRET?.trim();
if (!secret) throw new Error('WEBHOOK_SECRET is not set');
export const gate = createGate({ provider: 'github', keys: [secret] });`,
  },
  {
    frameworks: NODE_FRAMEWORKS,
    topics: ['key-encoding'],
    language: 'js',
    code: `import { createGate } from '@countersign/core';

const secret = process.env.WEBHOOK_SECRET ?? '';
// encoding: utf8, base64 or hex. In countersign.yaml: keys: [{ env: WEBHOOK_SECRET, encoding: base64 }]
export const gate = createGate({ provider: 'github', keys: [{ id: 'github', secret, encoding: 'base64' }] });`,
  },
  {
    frameworks: NODE_FRAMEWORKS,
    topics: ['key-rotation'],
    language: 'js',
    code: `import { createGate } from '@countersign/core';

// Both are accepted until the sender signs with the new one.
export const gate = createGate({
  provider: 'github',
  keys: [
    { id: 'new', secret: process.env.WEBHOOK_SECRET ?? '' },
    { id: 'old', secret: process.env.WEBHOOK_SECRET_OLD ?? '', state: 'retiring' },
  ],
});`,
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
    notRun: 'Spring is neither in npm nor in Debian',
  },
  {
    frameworks: ['spring'],
    topics: ['key-encoding'],
    language: 'java',
    code: `byte[] secret = Base64.getDecoder().decode(System.getenv("WEBHOOK_SECRET")); // or HexFormat.of().parseHex`,
    notRun: 'Spring is neither in npm nor in Debian',
  },
];
