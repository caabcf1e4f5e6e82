/** Commands that judge by a configuration, of a gate whose platform hands its key over and has not done so yet. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, run } from '../support.ts';

const STORE_KEY = `storeKey: ${'0123456789abcdef'.repeat(4)}\n`;

function folderOf(rest = STORE_KEY): string {
  const folder = newFolder();
  writeFileSync(
    join(folder, 'countersign.yaml'),
    `listen: { public: "127.0.0.1:0", admin: "off" }
store: sqlite:./c.db
${rest}gates:
  asana:
    path: /hook
    scheme:
      algorithm: hmac-sha256
      signature: { header: x-hook-signature, encoding: hex }
      message: "{body}"
      handshake: { signed: false, challenge: { header: x-hook-secret }, answer: "", headers: { x-hook-secret: "{challenge}" }, deliversKey: true }
    keep: {}
`,
  );
  return folder;
}

const TEST = 'POST /hook HTTP/1.1\nHost: a.example\nX-Hook-Secret: a-secret-of-the-platform\n\n';
const EVENT = `POST /hook HTTP/1.1\nHost: a.example\nX-Hook-Signature: ${'ab'.repeat(32)}\n\n{}`;

describe('check of a gate that waits for its key', () => {
  it('says what its signature will cover, and how the key comes', async () => {
    const { code, out, err } = await run(['check'], { cwd: folderOf() });
    expect(out).toContain(
      '\n  key       none yet: its platform hands it over once the gate is opened for it (countersign keys open --gate asana)\n',
    );
    expect(out).toContain('\n  proved    body\n');
    expect(err).not.toContain('asana');
    expect(code).toBe(0);
  });

  it('says that no key can come where there is no storeKey', async () => {
    const { code, out, err } = await run(['check'], { cwd: folderOf('') });
    expect(err).toContain(
      'gates.asana.keys: the gate has no key, and none can be handed over to it: it would be stored encrypted, and there is no storeKey',
    );
    expect(err).toContain(
      'Make one with `openssl rand -hex 32`, and set storeKey to it; or give the gate its key.',
    );
    expect(out).toContain('refuse every request of a gate');
    expect(code).toBe(1);
  });
});

describe('a request to a gate that waits for its key', () => {
  it('is explained by the key that is missing', async () => {
    const { code, out } = await run(['explain', '-c', 'countersign.yaml'], { cwd: folderOf(), stdin: EVENT });
    expect(out).toContain('the gate has no key yet: its platform hands it over in its test of the address');
    expect(code).toBe(1);
  });

  it('is told to be its platform’s test where it hands over the key', async () => {
    const { code, err } = await run(['explain', '-c', 'countersign.yaml'], { cwd: folderOf(), stdin: TEST });
    expect(err).toContain(
      '! As the gateway sees it, the platform’s test hands over a key, and the gate takes none now. If the test is your platform’s, open the gate for its key (in a gateway: `countersign keys open`), and have it sent again.\n',
    );
    expect(code).toBe(1);
  });

  it('is not signed, for want of that key', async () => {
    const { code, err } = await run(
      ['sign', 'https://a.example/hook', '-c', 'countersign.yaml', '-d', '{}'],
      {
        cwd: folderOf(),
      },
    );
    expect(err).toContain('the gate has no key yet');
    expect(code).toBe(2);
  });
});
