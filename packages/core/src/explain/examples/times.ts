/** How each language writes the time of a signature: the sender’s side. */
import { type Example, NODE_FRAMEWORKS } from './example.ts';

const TOPICS = ['time-form'];
const SENDER =
  'This is the sender’s side. Where a gate of a declared scheme is to read another form: timestamp: { header: x-timestamp, unit: ms }, or rfc3339.';

export const TIMES: readonly Example[] = [
  {
    frameworks: NODE_FRAMEWORKS,
    topics: TOPICS,
    language: 'js',
    code: `const timestamp = String(Math.floor(Date.now() / 1000)); // Unix seconds, which have no time zone; Date.now() is milliseconds`,
    note: SENDER,
  },
  {
    frameworks: ['flask', 'django'],
    topics: TOPICS,
    language: 'python',
    code: `import time

timestamp = str(int(time.time()))  # Unix seconds, which have no time zone`,
    note: SENDER,
  },
  {
    frameworks: ['php'],
    topics: TOPICS,
    language: 'php',
    code: `<?php
$timestamp = (string) time(); // Unix seconds, which have no time zone`,
    note: SENDER,
  },
  {
    frameworks: ['rails'],
    topics: TOPICS,
    language: 'ruby',
    code: `timestamp = Time.now.to_i.to_s # Unix seconds, which have no time zone`,
    note: SENDER,
  },
  {
    frameworks: ['go'],
    topics: TOPICS,
    language: 'go',
    code: `timestamp := strconv.FormatInt(time.Now().Unix(), 10) // Unix seconds, which have no time zone`,
    note: SENDER,
  },
  {
    frameworks: ['spring'],
    topics: TOPICS,
    language: 'java',
    code: `String timestamp = Long.toString(Instant.now().getEpochSecond()); // Unix seconds, which have no time zone`,
    note: SENDER,
  },
];
