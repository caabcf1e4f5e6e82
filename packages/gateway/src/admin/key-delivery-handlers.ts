/** What the routes of keys do that a gate’s platform hands over. */
import type { AdminApi, HandedKeyView, InputOf, KeyApi, KeyDeliveryView } from '@countersign/api';
import { MINUTE } from '../config/units.ts';
import type { KeyDelivery } from '../gates/key-delivery.ts';
import type { AdminParts, Handlers } from './admin-parts.ts';
import type { Caller } from './caller.ts';
import { isoTime } from './iso-time.ts';
import { Problem } from './problem.ts';
import { namedGate } from './unknown-gate.ts';

type KeyDeliveryParts = Pick<AdminParts, 'gates' | 'now' | 'log'>;

type DeliveryApi = Pick<KeyApi, 'keyDelivery' | 'openKeyDelivery' | 'revealHandedKey'>;

const DEFAULT_MINUTES = 10;

export function createKeyDeliveryHandlers(parts: KeyDeliveryParts): Handlers<DeliveryApi> {
  return {
    async keyDelivery({ gate }) {
      const delivery = deliveryOf(parts, gate);
      return delivery instanceof Problem ? delivery : viewOf(gate, delivery);
    },
    openKeyDelivery: (input, caller) => open(parts, input, caller),
    revealHandedKey: ({ gate }, caller) => reveal(parts, gate, caller),
  };
}

async function open(
  parts: KeyDeliveryParts,
  { gate, minutes = DEFAULT_MINUTES }: InputOf<AdminApi['openKeyDelivery']>,
  { name: by }: Caller,
): Promise<KeyDeliveryView | Problem> {
  const delivery = deliveryOf(parts, gate);
  if (delivery instanceof Problem) return delivery;
  if (!(await delivery.open(parts.now() + minutes * MINUTE)))
    return new Problem('changed-meanwhile', 'others open or close the gate at the same time: try again');
  parts.log.info(
    { gate, minutes, by },
    minutes === 0
      ? 'the gate takes no key that is handed over any more'
      : 'the gate takes the next key that is handed over',
  );
  return viewOf(gate, delivery);
}

async function reveal(
  parts: KeyDeliveryParts,
  gate: string,
  { name: by }: Caller,
): Promise<HandedKeyView | Problem> {
  const delivery = deliveryOf(parts, gate);
  if (delivery instanceof Problem) return delivery;
  const key = await delivery.reveal();
  if (key === undefined) {
    return new Problem(
      'no-such-key',
      'no key was handed over while the gate was last open, that time is over, or the key was shown already: open the gate again, and have the platform send its key anew',
    );
  }
  parts.log.info({ gate, keyId: key.keyId, by }, 'a key that was handed over was shown');
  return key;
}

async function viewOf(gate: string, delivery: KeyDelivery): Promise<KeyDeliveryView> {
  const { openUntilMs, takenKeyId } = await delivery.state();
  return {
    gate,
    ...(openUntilMs !== undefined && { openUntil: isoTime(openUntilMs) }),
    ...(takenKeyId !== undefined && { takenKeyId }),
  };
}

function deliveryOf({ gates }: KeyDeliveryParts, name: string): KeyDelivery | Problem {
  const gate = namedGate(gates, name);
  if (gate instanceof Problem) return gate;
  const { keyDelivery, keys, coreGate } = gate;
  if (keyDelivery !== undefined) return keyDelivery;
  const isHanded = coreGate?.scheme.handshakes.some((rule) => rule.delivery) === true;
  return isHanded && !keys.canAdd
    ? new Problem(
        'store-key-missing',
        'a key that is handed over is stored encrypted, and the configuration has no storeKey: make one with openssl rand -hex 32, set storeKey to it, and start the gateway again',
      )
    : new Problem(
        'no-key-handed',
        'the gate’s platform hands over no key: its scheme has no handshake with deliversKey: true; add the key instead',
      );
}
