/** Every sender of the corpus. */
import { ami, flowent, twilioJson, twilioSender } from './body-senders.ts';
import { DECLARED_PROFILES } from './declared-profiles.ts';
import { GITHUB_UNDERSCORES, HMAC_PARTNERS, REQUEST_ID, UNDERSCORES } from './hmac-profiles.ts';
import { messageEd, messageHmac, messageParted } from './message-signatures.ts';
import { NAMED_PROFILES } from './named-profiles.ts';
import { senderOf } from './profile.ts';
import { PUBLIC_KEY_PROFILES } from './public-key-profiles.ts';
import { incodeBasic, incodeBearer, incodePlain } from './shared-tokens.ts';
import { approov, dpop, firebase, jwtEc, jwtHmac, jwtRsa } from './token-senders.ts';
import { WEBHOOK_PROFILES } from './webhook-profiles.ts';

export const HMAC_PROFILES = [...NAMED_PROFILES, ...HMAC_PARTNERS, ...DECLARED_PROFILES, ...WEBHOOK_PROFILES];
export const PROFILES = [...HMAC_PROFILES, ...PUBLIC_KEY_PROFILES];

const ofProfiles = PROFILES.map((profile) => senderOf(profile));
export const BODY_SENDERS = [...ofProfiles, flowent, ami, twilioSender, twilioJson, messageHmac, messageEd];
export const SIMPLE_SENDERS = ofProfiles.filter(({ covers }) => !covers.url);
export const URL_SENDERS = [
  ...ofProfiles.filter(({ covers }) => covers.url),
  twilioSender,
  messageHmac,
  messageParted,
  dpop,
];
export const UNDERSCORE_SENDERS = [senderOf(UNDERSCORES), senderOf(GITHUB_UNDERSCORES)];
export const HEADER_SENDERS = [senderOf(REQUEST_ID)];
const TOKEN_SENDERS = [
  approov,
  dpop,
  firebase,
  incodeBasic,
  incodeBearer,
  incodePlain,
  jwtEc,
  jwtHmac,
  jwtRsa,
];
export const ALL_SENDERS = [
  ...BODY_SENDERS,
  messageParted,
  ...UNDERSCORE_SENDERS,
  ...HEADER_SENDERS,
  ...TOKEN_SENDERS,
];
