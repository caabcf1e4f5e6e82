import { expect, it } from 'vitest';
import { heldBytes } from '../../../scripts/held-bytes.ts';
import { requestFrom } from '../src/index.ts';

it('a web Request whose body comes byte by byte is held as its bytes, not as its pieces', async () => {
  const pieces = 200_000;
  let sent = 0;
  let grown = Number.NaN;
  const before = heldBytes();
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent++ < pieces) controller.enqueue(new Uint8Array(1));
        else {
          grown = heldBytes() - before;
          controller.close();
        }
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: 'POST', body, duplex: 'half' };
  const { body: bytes } = await requestFrom(new Request('https://a.example/', init));
  expect(bytes).toHaveLength(pieces);
  expect(grown).toBeLessThan(4_000_000);
});
