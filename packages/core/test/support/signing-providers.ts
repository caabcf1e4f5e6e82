/** Every provider whose scheme is a template, with a gate that signs as its sender does and one that judges. */
import {
  createGate,
  type Draft,
  findProvider,
  type Gate,
  type KeySpec,
  providers,
  type SetProvider,
} from '../../src/index.ts';
import { sampleScheme } from '../../src/providers/registry.ts';
import { createTemplateScheme } from '../../src/schemes/template.ts';
import type { TemplateOptions } from '../../src/schemes/template-options.ts';
import { keyOfProvider } from './provider-key.ts';
import { SENDER_DRAFTS } from './sender-drafts.ts';

export const NOW = 1_760_000_000_000;

export interface SigningProvider {
  readonly id: string;
  readonly options: TemplateOptions;
  /** What its gates cannot do without. */
  readonly needs: Readonly<Record<string, string>>;
  /** The sender’s key, as a gate has it. */
  readonly held: readonly (string | KeySpec)[];
  /** Judges with that key. */
  gate(): Gate;
  /** Signs as its sender does. @param changed what of the declaration the sender does otherwise */
  signer(changed?: Partial<TemplateOptions>): Gate;
  /** What such a sender sends. */
  readonly draft: Draft;
}

export const SIGNING_PROVIDERS: readonly SigningProvider[] = providers.flatMap(({ id }) => {
  const { declared } = sampleScheme(id as Parameters<typeof sampleScheme>[0]);
  return declared.type === 'template' ? [signingProvider(id, declared.options as TemplateOptions)] : [];
});

function signingProvider(id: string, options: TemplateOptions): SigningProvider {
  const { signing, held } = keyOfProvider(id);
  const provider = providerOf(id);
  const settings = { now: () => NOW, allowShortKey: true };
  return {
    id,
    options,
    needs: provider.needs ?? {},
    held,
    gate: () => createGate({ provider, keys: held, ...settings }),
    signer: (changed = {}) =>
      createGate({
        provider: {
          ...provider,
          scheme: { ...provider.scheme, create: () => createTemplateScheme({ ...options, ...changed }) },
        },
        keys: [signing],
        ...settings,
      }),
    draft: {
      method: 'POST',
      url: 'https://api.example/in?data.id=7',
      body: '{"id":"evt_1","total":12,"a":{"b":[1,2]}}',
      ...SENDER_DRAFTS[id],
      headers: { host: 'api.example', 'content-type': 'application/json', ...SENDER_DRAFTS[id]?.headers },
    },
  };
}

function providerOf(id: string): SetProvider {
  const provider = findProvider(id);
  if (provider === undefined) throw new Error(`there is no provider ${id}`);
  return { ...provider, scheme: { ...provider.scheme, given: provider.needs ?? {} } };
}
