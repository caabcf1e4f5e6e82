/** Makes of a kept event what one attempt sends: transformed, with its headers, signed. */
import { type Gate, SetupError } from '@countersign/core';
import type { SignConfig } from '../config/delivery-config.ts';
import type { Secret } from '../config/secret.ts';
import type { Sealer } from '../sealed/seal.ts';
import { unsealedHeaders } from '../sealed/withheld-headers.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import { createDeliveryHeaders, type DeliveredEvent, type SenderProof } from './delivery-headers.ts';
import type { LoadedTransform } from './load-transform.ts';
import { ownHeaders } from './own-headers.ts';
import { runTransform, type TransformOutcome } from './run-transform.ts';
import { createDeliverySigner, createSenderSigner, type DeliverySigner } from './sign-delivery.ts';

/** How a destination wants its deliveries. */
export interface PreparationConfig {
  /** What becomes of the sender’s proof. Default `pass`; where deliveries are signed anew it is dropped. */
  readonly proof?: SenderProof;
  /** Headers that pass although they override what is known of the request, or were withheld: in lower case. */
  readonly keepHeaders?: readonly string[];
  /** Headers that each message has besides, in place of the event’s of that name: by name in any case. */
  readonly headers?: Readonly<Record<string, Secret>>;
  /** `sender`: as the gate’s sender signs. Absent: nothing is signed anew. */
  readonly sign?: SignConfig | 'sender';
}

export interface PreparationOptions {
  /** The event’s gate. Undefined: nothing proves its requests, or it is a session’s event. */
  readonly gate: Gate | undefined;
  /** What proves the requests. Default: the gate’s. */
  readonly scheme?: Gate['scheme'] | undefined;
  /** Where the configuration stands, for errors. */
  readonly option: string;
  /** Where deliveries go; undefined where that is no URL. */
  readonly target: URL | undefined;
  /** Opens withheld headers. Undefined: there is no store key. */
  readonly sealer: Sealer | undefined;
  /** Absent: nothing is transformed. */
  readonly transform?: LoadedTransform;
  readonly now: () => number;
}

/** An attempt that is to be made. */
export interface DueAttempt {
  readonly event: KeptEvent;
  /** From 1. */
  readonly attempt: number;
  /** What the sender calls this kind of event. */
  readonly type?: string | undefined;
  /** Lower-case names of headers that its proof covers, where its sender chooses them: what its verdict says. */
  readonly covered?: readonly string[] | undefined;
}

export type PreparedDelivery =
  | {
      readonly kind: 'ready';
      readonly method: string;
      /** Names and values in turn. */
      readonly headers: readonly string[];
      readonly body: Uint8Array;
    }
  /** The transformation says that this destination does not get it. */
  | { readonly kind: 'skipped' }
  | {
      readonly kind: 'failed';
      readonly code: Extract<TransformOutcome, { readonly kind: 'failed' }>['code'] | 'not-signed';
      /** A sentence for the operator. */
      readonly problem: string;
    };

export interface DeliveryPreparation {
  /** Undefined where nothing is signed anew. */
  readonly signer: DeliverySigner | undefined;
  /** Lower-case names of headers that it makes whose values are secrets. */
  readonly secretHeaders: readonly string[];
  /** Lower-case names of headers that the gate's proof covers or the operator sets: they are sent as they are. */
  readonly coveredHeaders: readonly string[];
  /** Never rejects but for a bug. */
  prepare(due: DueAttempt): Promise<PreparedDelivery>;
}

/** @throws SetupError for a configuration that contradicts itself, and a key that cannot sign */
export async function createDeliveryPreparation(
  { proof, keepHeaders = [], headers = {}, sign }: PreparationConfig,
  options: PreparationOptions,
): Promise<DeliveryPreparation> {
  const { gate, scheme = gate?.scheme, option, target, now, sealer, transform } = options;
  if (sign !== undefined && proof === 'pass') {
    throw new SetupError(
      `${option}.proof`,
      'is pass, and deliveries are signed anew',
      'Leave out one of proof and sign: what is signed anew leaves the sender’s proof out.',
    );
  }
  const signing = { option: `${option}.sign`, target, now };
  const signer =
    sign === 'sender'
      ? await createSenderSigner(gate, signing)
      : sign && (await createDeliverySigner(sign, signing));
  const makeHeaders = createDeliveryHeaders({
    scheme,
    proof: signer ? 'drop' : (proof ?? 'pass'),
    keepHeaders,
    signed: signer?.headers ?? [],
  });
  const own = ownHeaders(headers, option);
  refuseSigned(headers, signer, option);
  return {
    signer,
    secretHeaders: [...(signer?.secretHeaders ?? []), ...Object.keys(own)],
    coveredHeaders: [...(scheme?.headers.covered ?? []), ...Object.keys(own)],
    async prepare(due) {
      const { event, type } = due;
      const outcome = transform && (await runTransform(transform, event, { type }));
      if (outcome?.kind === 'failed') return outcome;
      if (outcome?.kind === 'skipped') return { kind: 'skipped' };
      const change = outcome?.kind === 'changed' ? outcome.change : undefined;
      const { body = event.body, method = event.method } = change ?? {};
      const sent = makeHeaders({
        ...deliveredEvent(due, sealer),
        isChanged: body !== event.body && !Buffer.from(body).equals(event.body),
        changes: { ...change?.headers, ...own },
      });
      if (signer === undefined) return { kind: 'ready', method, headers: sent, body };
      const signed = await signer.sign({ eventId: event.id, method, headers: sent, body });
      return signed.ok
        ? { kind: 'ready', method, headers: signed.headers, body: signed.body }
        : { kind: 'failed', code: 'not-signed', problem: signed.problem };
    },
  };
}

/** @throws SetupError where the signature makes one of the operator’s own */
function refuseSigned(
  headers: Readonly<Record<string, Secret>>,
  signer: DeliverySigner | undefined,
  option: string,
): void {
  const written = Object.keys(headers).find((name) => signer?.headers.includes(name.toLowerCase()));
  if (written === undefined) return;
  throw new SetupError(
    `${option}.headers.${written}`,
    'is a header that sign makes',
    'Leave out one of the two.',
  );
}

function deliveredEvent({ event, attempt, covered }: DueAttempt, sealer: Sealer | undefined): DeliveredEvent {
  return { event, attempt, covered, opened: event.withheld && unsealedHeaders(event, sealer) };
}
