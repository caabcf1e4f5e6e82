/** Generated from this folder by scripts/generate-registry.ts. */
import type { AnyMembers, Broker, BrokerMembers } from '../broker.ts';
import {
  incode,
  type IncodeInput,
  type IncodeParsed,
  type IncodeSettings,
} from './incode.ts';
import {
  oauth2ClientCredentials,
  type Oauth2ClientCredentialsInput,
  type Oauth2ClientCredentialsParsed,
  type Oauth2ClientCredentialsSettings,
} from './oauth2-client-credentials.ts';

/** The members of every broker, as written. */
export interface BrokerInput extends IncodeInput, Oauth2ClientCredentialsInput {}

/** The members of every broker, as the schema reads them. */
export interface BrokerParsed extends IncodeParsed, Oauth2ClientCredentialsParsed {}

/** What one broker is set to. */
export type BrokerSettings = IncodeSettings | Oauth2ClientCredentialsSettings;

export type BrokerId = BrokerSettings['broker'];

export const BROKERS: Readonly<Record<BrokerId, Broker<AnyMembers, BrokerParsed, BrokerSettings, string>>> = {
  incode,
  'oauth2-client-credentials': oauth2ClientCredentials,
};

export const BROKER_IDS: readonly BrokerId[] = ['incode', 'oauth2-client-credentials'];

/** What the members of every broker may be. */
export function brokerMembers(): BrokerMembers<BrokerInput, BrokerParsed> {
  return { ...incode.members(), ...oauth2ClientCredentials.members() };
}
