/**
 * A gateway in a process of its own that reloads its configuration over and over, each time another one, and takes a request each time. Prints what it holds, in
 * bytes and garbage collected, after forty times and after so many more as the second argument says.
 */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { heldBytes } from '../../../../scripts/held-bytes.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { openConfigSource } from '../../src/config/load-config.ts';
import { startGateway } from '../../src/gateway.ts';

const [, , dir = '', times = '0'] = process.argv;
const SECRET = 'a secret of more than sixteen bytes';
const WARM = 40;

/** Four configurations in turn: gates, keys, destinations and what is kept come, go and change. */
function configOf(round: number): ConfigInput {
  const isEven = round % 2 === 0;
  const keys = isEven ? [{ secret: SECRET }] : [{ id: 'new', secret: SECRET }];
  const kept = { path: '/kept', provider: 'github', keys, keep: { deliver: ['sink'] } } as const;
  return {
    listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
    store: 'sqlite:test.db',
    gates: {
      kept: isEven ? { ...kept, keepRefused: true } : kept,
      ...(round % 4 < 2 && {
        comes: {
          path: '/comes',
          provider: 'stripe',
          keys,
          accept: [{ provider: 'github', until: '2127-01-01' }],
          respond: { status: 202 },
        },
      }),
    },
    destinations: { sink: { to: `http://127.0.0.1:9/${round % 4}`, retries: ['1h'] } },
  };
}

const write = (round: number): void =>
  writeFileSync(join(dir, 'countersign.json'), JSON.stringify(configOf(round)));
write(0);
const source = await openConfigSource({ cwd: dir, env: {} });
const { config } = source.loaded;
const gateway = await startGateway({ config, source, logSink: { write: () => {} } });

async function reload(round: number): Promise<void> {
  write(round);
  const report = await gateway.reload();
  if (report?.result !== 'applied') throw new Error(JSON.stringify(report));
  // Each the same: what is kept of it is a claim and no more.
  const body = `${round % 4}`;
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const headers = { 'x-hub-signature-256': `sha256=${signature}` };
  const { status } = await fetch(`${gateway.publicUrl}/kept`, { method: 'POST', body, headers });
  if (status !== 200) throw new Error(`${status}`);
}

for (let round = 1; round <= WARM; round++) await reload(round);
const before = heldBytes();
for (let round = 1; round <= Number(times); round++) await reload(WARM + round);
const after = heldBytes();
await gateway.close();
process.stdout.write(JSON.stringify({ before, after }));
