/** What is odd about a destination of a gate or session, whose events bring what it asks for or do not. */
import { type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import type { DestinationConfig } from '../config/delivery-config.ts';
import { CREDENTIALS } from '../sealed/withheld-headers.ts';
import type { DeliverySigner } from './sign-delivery.ts';

export interface SourceWarningsOptions {
  /** Of the gate or session. */
  readonly source: string;
  /** Whether its events may have types. */
  readonly isTyped: boolean;
  /** Lower-case names of headers that are withheld from its events, besides credentials. */
  readonly withheld: readonly string[];
  /** Whether what is withheld is kept encrypted. */
  readonly isSealed: boolean;
  /** Undefined where nothing is signed anew. */
  readonly signer: Pick<DeliverySigner, 'warnings'> | undefined;
}

export function sourceWarnings(
  { option, when, keepHeaders, sign }: DestinationConfig,
  { source, isTyped, withheld, isSealed, signer }: SourceWarningsOptions,
): readonly ConfigWarning[] {
  const asksForType = when?.['type'] !== undefined;
  const headers = isSealed
    ? []
    : keepHeaders.filter((name) => CREDENTIALS.includes(name) || withheld.includes(name));
  // Of the gate’s own keys the gate says it.
  const ofKey = sign === 'sender' || signer === undefined ? [] : signer.warnings;
  return [
    ...(asksForType && !isTyped ? [configWarning(`${option}.when.type`, 'untyped-events', source)] : []),
    ...headers.map((header) => configWarning(`${option}.keepHeaders`, 'kept-header-left-out', header)),
    ...ofKey.map((warning) => ({ path: `${option}.sign.secret`, ...warning })),
  ];
}
