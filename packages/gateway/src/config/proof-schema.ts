/** The schemas of how a request proves itself, and of what is signed; see `schema.ts`. */
import type { ProviderChoice, SchemeDeclaration } from '@countersign/core';
import type { ProofConfig } from './config.ts';
import type { GateInput } from './config-input.ts';
import { providerJsonSchema, schemeJsonSchema } from './proof-json-schema.ts';
import { plainText } from './schema-leaves.ts';
import { asWritten, either, MISREAD, misread, type Schema } from './shape.ts';
import { isMapping } from './value-path.ts';

export type WrittenProvider = string | { readonly id: string; readonly [option: string]: unknown };

/** What a gate’s proof is of what was written; without both it is an empty scheme, which core refuses. */
export function proofOf(
  provider: WrittenProvider | undefined,
  scheme: Readonly<Record<string, unknown>> = {},
): ProofConfig {
  if (provider === undefined) return { kind: 'scheme', scheme };
  const { id, ...options } = typeof provider === 'string' ? { id: provider } : provider;
  return id === 'none' ? { kind: 'none' } : { kind: 'provider', id, options };
}

/** Any id and any options: core judges them, and TypeScript and editors know them. */
export function writtenProviderSchema(): Schema<WrittenProvider, NonNullable<GateInput['provider']>> {
  const id = plainText('A provider’s id.', 'a provider’s id');
  const idWithOptions: Schema<WrittenProvider, { readonly id: string }> = {
    read(value, place) {
      if (!isMapping(value)) return misread(place, { expected: 'a mapping' });
      const name = id.read(value['id'], { ...place, path: [...place.path, 'id'] });
      return name === MISREAD ? MISREAD : { ...value, id: name };
    },
    json: providerJsonSchema,
  };
  const expected = 'a provider’s id, or a mapping of its id and options';
  const { read } = either(id, idWithOptions, { expected });
  return { read, json: providerJsonSchema, conceals: 'below' };
}

export function writtenSchemeSchema(): Schema<
  Readonly<Record<string, unknown>>,
  NonNullable<GateInput['scheme']>
> {
  const schema = asWritten<Readonly<Record<string, unknown>>, NonNullable<GateInput['scheme']>>(
    { expected: 'a mapping that declares the scheme', passes: isMapping },
    schemeJsonSchema,
  );
  return { ...schema, conceals: 'whole' };
}

/** What is signed by, which `none` is not. Editors know the ids’ form only: all options of all providers once more would double the schema. */
export function signedProviderSchema(): Schema<WrittenProvider, ProviderChoice> {
  const { written: _, ...schema } = writtenProviderSchema();
  return {
    ...schema,
    json: () => ({
      anyOf: [
        { type: 'string' },
        { type: 'object', properties: { id: { type: 'string', description: 'Its id.' } }, required: ['id'] },
      ],
      description: 'A provider’s id, or a mapping of its id and options: how its senders sign.',
    }),
  };
}

/** A declared scheme of another proof, or to sign by. @param use what it says: `how its senders sign` */
export function signedSchemeSchema(
  use: string,
): Schema<Readonly<Record<string, unknown>>, SchemeDeclaration> {
  const { written: _, ...schema } = writtenSchemeSchema();
  return {
    ...schema,
    json: () => ({ type: 'object', description: `A declared scheme, as a gate’s: ${use}.` }),
  };
}
