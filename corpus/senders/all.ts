/** Every sender of the corpus. */
import { DECLARED_PROFILES } from './declared-profiles.ts';
import { NAMED_PROFILES } from './named-profiles.ts';
import { senderOf } from './profile.ts';

export const PROFILES = [...NAMED_PROFILES, ...DECLARED_PROFILES];
export const HMAC_SENDERS = PROFILES.map((profile) => senderOf(profile));
export const BODY_SENDERS = HMAC_SENDERS;
