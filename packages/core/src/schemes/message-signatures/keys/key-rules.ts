/** What a scheme of message signatures takes as keys. */
import { isMac } from '../../../crypto/backend.ts';
import { publicKeyForm } from '../../../keys/public-key-form.ts';
import type { KeyForm } from '../../../keys.ts';
import type { KeyRules } from '../../../scheme.ts';
import { SetupError } from '../../../setup-error.ts';
import type { MessageSignatureOptions } from '../policy.ts';
import { MESSAGE_SIGNATURE_ALGORITHMS, type MessageSignatureAlgorithm } from '../registered-names.ts';
import { createAddressRing } from './address-ring.ts';
import { createAgentsRing } from './agents-ring.ts';
import { listedRing } from './listed-ring.ts';

export function keyRulesOf({
  algorithm,
  published,
  byThumbprint = false,
  keyMembers,
}: MessageSignatureOptions): KeyRules {
  if (algorithm !== 'of-key') return { fromAddress: false, forms: [keyFormOf(algorithm)] };
  return {
    fromAddress: published !== undefined,
    forms: [],
    *create(specs, { fetch, report }) {
      if (!published) return yield* listedRing(specs, { byThumbprint, keyMembers });
      if (specs.length > 0) {
        const ofAddress =
          published.at === 'address' && published.source.agent !== undefined ? 'brand' : 'jwks';
        const option = published.at === 'agents' ? 'agents' : ofAddress;
        throw new SetupError('keys', `the gate has keys and ${option}`, 'Give one of them.');
      }
      const context = { fetch, report, keyMembers };
      if (published.at === 'address') return createAddressRing(published.source, byThumbprint, context);
      const { listed, source } = published;
      return createAgentsRing({ listed, source, byThumbprint }, context);
    },
  };
}

function keyFormOf(name: MessageSignatureAlgorithm): KeyForm {
  const algorithm = MESSAGE_SIGNATURE_ALGORITHMS[name];
  return isMac(algorithm)
    ? { algorithm, variant: 0, kind: 'secret', encoding: 'utf8' }
    : publicKeyForm({ algorithm, variant: 0, kind: 'public', encoding: 'base64' });
}
