/** Who uses a ready-made provider is told of its headers, in its words: what only a scheme of one’s own has is no help. */
import { describe, expect, it } from 'vitest';
import { createGate, findProvider, providerIds, writtenProvider } from '../src/index.ts';

const SECRET = Buffer.from('a secret of thirty-two characters').toString('base64');

describe.each(providerIds.filter((id) => findProvider(id)?.proof === 'signature'))('%s', (id) => {
  const gate = createGate({
    provider: writtenProvider(id, findProvider(id)?.needs),
    keys: [{ id: 'k', secret: id === 'standard-webhooks' ? `whsec_${SECRET}` : SECRET }],
  });
  const sign = () =>
    gate.sign({
      method: 'POST',
      url: 'https://gate.example/hook',
      headers: {
        host: 'gate.example',
        'content-type':
          id === 'flow-production-tracking' ? 'application/x-www-form-urlencoded' : 'application/json',
      },
      body: id === 'flow-production-tracking' ? 'user_id=1' : '{"action_name":"a","parameters":{}}',
    });

  it('names the header that is missing', async () => {
    const signed = await sign();
    const kept = [...signed.headers].filter(([name]) => name !== 'host' && name !== 'content-type');
    for (const [missing] of kept) {
      const flat = [...signed.headers].filter(([name]) => name !== missing).flat();
      const verdict = await gate.verify({ ...signed, headers: flat });
      if (verdict.ok || verdict.reason !== 'missing-timestamp') continue;
      expect(`${verdict.message} ${verdict.remedy}`.toLowerCase()).toContain(missing.toLowerCase());
      expect(verdict.remedy).not.toMatch(/take none|scheme\./);
    }
  });

  it('says of a signature that is none what stands there', async () => {
    const signed = await sign();
    for (const [name] of signed.headers) {
      const flat = [...signed.headers].flatMap(([one, value]) => [one, one === name ? 'nonsense' : value]);
      const verdict = await gate.verify({ ...signed, headers: flat });
      if (verdict.ok || verdict.reason !== 'missing-signature') continue;
      expect(verdict.remedy).toMatch(/stands behind v1[=,]/);
    }
  });
});
