// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of a gate's modes: monitoring, older proofs beside its own, a proof that is verified in its shadow. */
import type { GateConfig, KeyConfig, MonitorConfig, OldProofConfig, ShadowConfig } from './config.ts';
import type { KeyInput, OldProofInput, ShadowInput } from './config-input.ts';
import { optional, withDefault } from './left-out.ts';
import { isOwnAccepted } from './own-proof.ts';
import { proofOf, signedProviderSchema, signedSchemeSchema, type WrittenProvider } from './proof-schema.ts';
import { oneOf } from './schema-leaves.ts';
import { type Defaulted, list, mapping, type Optional, type Schema } from './shape.ts';
import type { DateText } from './units.ts';

type KeysSchema = (description: string) => Schema<readonly KeyConfig[], readonly KeyInput[]>;
type DateSchema = (description: string) => Schema<number, DateText>;

/** Proofs that one gate may take, its own among them. */
export const MAX_PROOFS = 4;

type Mode = 'enforce' | 'monitor';

// An alias: an interface is no record of schemas.
type ModesShape = {
  readonly mode: Defaulted<Mode, Mode>;
  readonly monitorUntil: Optional<number, DateText>;
  readonly accept: Optional<readonly ReadOldProof[], readonly OldProofInput[]>;
  readonly shadow: Optional<ReadProof, ShadowInput>;
};

/** The gate's members. */
export function modesShape(keys: KeysSchema, date: DateSchema): ModesShape {
  const proof = {
    provider: optional(signedProviderSchema(), 'none, if there is a scheme'),
    scheme: optional(signedSchemeSchema('how its senders sign'), 'none, if there is a provider'),
    keys: optional(keys('Its keys.'), 'those of the gate'),
  };
  return {
    mode: withDefault(
      oneOf(
        ['enforce', 'monitor'],
        'enforce refuses what does not prove itself. monitor verifies each request, labels it (Countersign-Verdict) and lets it through all the same: the gate protects nothing.',
      ),
      'enforce',
    ),
    monitorUntil: optional(
      date('With mode: monitor, from this time on the gate enforces.'),
      'the gate never enforces',
    ),
    accept: optional(
      list(
        mapping(
          'A proof that senders may use.',
          {
            ...proof,
            until: optional(
              date('From this time on it is not accepted any more.'),
              'no end, for the first of a gate without provider and scheme: it is the gate’s own',
            ),
          },
          '{ provider: github, keys: [{ secret: "${env:OLD}" }], until: 2027-01-01 }',
        ),
        {
          expected: 'a list of proofs with their ends, such as [{ provider: github, until: 2027-01-01 }]',
          description: `Older proofs (providers or schemes) that are accepted besides the gate’s own while senders migrate, each until its date; at most ${MAX_PROOFS - 1}. They are tried in this order where a request does not carry the gate’s own proof. The gate’s own may stand first, without until, in place of provider, scheme and keys.`,
          atLeastOne: 'at least one proof, or no accept',
        },
      ),
      'the gate’s own proof alone',
    ),
    shadow: optional(
      mapping(
        'A proof that is verified beside, after the answer, and decides nothing: how often it would have decided otherwise is counted (shadow verification).',
        proof,
        '{ provider: standard-webhooks, keys: [{ secret: "${env:NEW}" }] }',
      ),
      'nothing is verified beside',
    ),
  };
}

interface ReadProof {
  readonly provider?: WrittenProvider;
  readonly scheme?: Readonly<Record<string, unknown>>;
  readonly keys?: readonly KeyConfig[];
}

interface ReadOldProof extends ReadProof {
  readonly until?: number;
}

export interface ReadModes {
  readonly mode: Mode;
  readonly monitorUntil?: number;
  readonly accept?: readonly ReadOldProof[];
  readonly shadow?: ReadProof;
}

interface ModesConfig {
  readonly monitor?: MonitorConfig;
  readonly accept?: readonly OldProofConfig[];
  readonly shadow?: ShadowConfig;
}

/** The gate's own proof where it stands first in `accept`; otherwise what stands in the gate. */
export function ownProofOf(read: ReadModes & ReadProof): ReadProof & Pick<GateConfig, 'ownProofAt'> {
  const { provider, scheme, keys, accept: [first] = [] } = read;
  if (!isOwnAccepted({ provider, scheme, accept: read.accept }) || first === undefined)
    return { ...(provider && { provider }), ...(scheme && { scheme }), ...(keys && { keys }) };
  const { until: _, ...own } = first;
  return { ...(keys && { keys }), ...own, ownProofAt: 'accept[0]' };
}

/** What the gate has of them once they are read. */
export function modesOf(read: ReadModes & ReadProof): ModesConfig {
  const { mode, monitorUntil, accept = [], shadow } = read;
  // The rules see to it that each other has an end.
  const older = accept.flatMap(({ until, ...proof }, i): readonly OldProofConfig[] =>
    until === undefined ? [] : [{ ...shadowOf(proof), untilMs: until, at: `accept[${i}]` }],
  );
  return {
    ...(mode === 'monitor' && { monitor: monitorUntil === undefined ? {} : { untilMs: monitorUntil } }),
    ...(older.length > 0 && { accept: older }),
    ...(shadow && { shadow: shadowOf(shadow) }),
  };
}

function shadowOf({ provider, scheme, keys }: ReadProof): ShadowConfig {
  return { proof: proofOf(provider, scheme), ...(keys && { keys }) };
}
