/** Who uses a ready-made provider is told of its headers, in its words: what only a scheme of one’s own has is no help. */
import { describe, expect, it } from 'vitest';
import { explain } from '../src/explain/index.ts';
import {
  createGate,
  findProvider,
  optionRowsOf,
  providerIds,
  requestFrom,
  writtenProvider,
} from '../src/index.ts';
import { keyOfProvider } from './support/provider-key.ts';
import { SENDER_DRAFTS } from './support/sender-drafts.ts';
import { NOW } from './tokens/mint.ts';
import { messageSignatureCases } from './words/message-signature-cases.ts';
import { providerCases } from './words/provider-cases.ts';
import { SECRET as CASES_SECRET, gateOf, type RefusalCase } from './words/refusal-case.ts';
import { signatureCases } from './words/signature-cases.ts';
import { tokenCases } from './words/token-cases.ts';

describe.each(providerIds.filter((id) => findProvider(id)?.proof === 'signature'))('%s', (id) => {
  const gate = createGate({
    provider: writtenProvider(id, findProvider(id)?.needs),
    keys: keyOfProvider(id).held.map((secret) => ({ id: 'k', secret })),
  });
  const signer = createGate({
    provider: writtenProvider(id, findProvider(id)?.needs),
    keys: [{ id: 'k', secret: keyOfProvider(id).signing }],
  });
  const { body: formBody } = SENDER_DRAFTS[id] ?? {};
  const isOfForm = id === 'flow-production-tracking' || (formBody !== undefined && id !== 'adyen');
  const sign = () =>
    signer.sign({
      method: 'POST',
      url: 'https://gate.example/hook',
      headers: {
        host: 'gate.example',
        'content-type': isOfForm ? 'application/x-www-form-urlencoded' : 'application/json',
      },
      body: isOfForm
        ? (formBody ?? 'user_id=1')
        : '{"action_name":"a","parameters":{},"notificationItems":[{"NotificationRequestItem":{}}]}',
      nonce: 'n1',
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
      expect(verdict.remedy).toMatch(/stands behind (?:[vh]1|v2|s|sign)[=,]/);
    }
  });
});

describe('a remedy', () => {
  const optionsOf = (id: string): readonly string[] => optionRowsOf(findProvider(id)).map(({ name }) => name);
  const OPTIONS = new Set(providerIds.flatMap(optionsOf));

  /** The options that a sentence tells of: `the gate’s label and tag`, `signature.list`, `leewayMs`. */
  function optionsIn(remedy: string): readonly string[] {
    const named = [...remedy.matchAll(/gate’s (\w+)(?:(?: and| or) (\w+))?/g)].flatMap(([, a, b]) => [a, b]);
    const dotted = [...remedy.matchAll(/\b(\w+)\.\w/g)].map(([, first]) => first);
    const camel = remedy.match(/\b[a-z]+[A-Z]\w*/g) ?? [];
    return [...named, ...dotted, ...camel].flatMap((one) =>
      one !== undefined && OPTIONS.has(one) ? one : [],
    );
  }

  const cases: readonly Pick<RefusalCase, 'gate' | 'request'>[] = [
    ...signatureCases,
    ...tokenCases,
    ...messageSignatureCases,
    ...providerCases,
  ];

  /** Each with its case's own options, where it is of that provider; every other request at a gate with none but what it needs. */
  async function remediesOf(id: string): Promise<ReadonlyMap<string, string>> {
    const plain = createGate({
      provider: writtenProvider(id, findProvider(id)?.needs),
      keys: [{ id: 'k', secret: keysOfCases(id) }],
      now: () => NOW,
    });
    const found = new Map<string, string>();
    for (const { gate, request } of cases) {
      const own = 'provider' in gate && isOf(gate.provider, id);
      const judged = own ? gateOf(gate) : plain;
      const { verdict } = await explain(
        requestFrom({ method: 'POST', url: '/hook', headers: {}, body: '{}', ...request }),
        judged,
        { budgetMs: 0 },
      );
      if (!verdict.ok) found.set(verdict.remedy, verdict.reason);
    }
    return found;
  }

  it.each(providerIds)('of %s names no option that it has not', async (id) => {
    const found = await remediesOf(id);
    expect(found.size).toBeGreaterThan(0);
    for (const [remedy, reason] of found) {
      expect(remedy, reason).not.toMatch(/of a (?:provider|scheme)|scheme of yours/);
      for (const option of optionsIn(remedy)) expect(optionsOf(id), `${reason}: ${remedy}`).toContain(option);
    }
  });
});

/** PEM, or hex. */
function isNoText(key: string): boolean {
  return key.length > 100 || /^[0-9a-f]+$/.test(key);
}

/** The cases’ own secret where a provider’s keys are texts. */
function keysOfCases(id: string): string {
  const { held } = keyOfProvider(id);
  const base64 = Buffer.from(CASES_SECRET).toString('base64');
  if (id === 'standard-webhooks' || findProvider(id)?.signsAs === 'standard-webhooks')
    return `whsec_${base64}`;
  if (id === 'approov') return base64;
  if (findProvider(id)?.fetchesKeys === true) return keyOfProvider(id).signing;
  return held.find(isNoText) ?? CASES_SECRET;
}

function isOf(provider: unknown, id: string): boolean {
  return (
    provider === id ||
    (typeof provider === 'object' && provider !== null && 'id' in provider && provider.id === id)
  );
}
