/** Rows of the route table: deliveries and destinations. */
import {
  DELIVERY_CHANGE_WORDS,
  DELIVERY_STATE_WORDS,
  DESTINATION_CHANGE_WORDS,
  type DeliveryChangeInput,
  type DeliveryChangeView,
  type DeliveryPage,
  type DeliveryParams,
  type DeliveryQuery,
  type DeliveryWithAttemptsView,
  type DestinationChangeInput,
  type DestinationView,
  type PreviewView,
  type ResendInput,
  type ResentView,
} from './delivery-types.ts';
import type { EventParams } from './event-routes.ts';
import { ID_TEXT, TIME_TEXT, wordField } from './fields.ts';
import { GET, POST, type RouteTable } from './route.ts';

export interface DestinationParams {
  readonly destination: string;
}

export type DeliveryApi = {
  readonly deliveries: { readonly query: DeliveryQuery; readonly reply: DeliveryPage };
  readonly delivery: { readonly params: DeliveryParams; readonly reply: DeliveryWithAttemptsView };
  readonly changeDeliveries: { readonly body: DeliveryChangeInput; readonly reply: DeliveryChangeView };
  readonly resendEvent: {
    readonly params: EventParams;
    readonly body: ResendInput;
    readonly reply: ResentView;
  };
  readonly previewDelivery: {
    readonly params: EventParams & DestinationParams;
    readonly reply: PreviewView;
  };
  readonly destinations: { readonly reply: readonly DestinationView[] };
  readonly changeDestination: {
    readonly params: DestinationParams;
    readonly body: DestinationChangeInput;
    readonly reply: DestinationView;
  };
};

const ID = { ...ID_TEXT, optional: false } as const;
const FILTER = {
  destination: { ...ID_TEXT, optional: true },
  state: { ...wordField(DELIVERY_STATE_WORDS), optional: true },
  gate: { ...ID_TEXT, optional: true },
  event: { ...ID_TEXT, optional: true },
  code: { ...ID_TEXT, optional: true },
  since: { ...TIME_TEXT, optional: true },
  until: { ...TIME_TEXT, optional: true },
  before: { kind: 'whole-number', min: 0, max: Number.MAX_SAFE_INTEGER, optional: true },
} as const;

export const DELIVERY_ROUTES: RouteTable<DeliveryApi> = {
  deliveries: {
    ...GET,
    path: '/api/deliveries',
    query: { ...FILTER, limit: { kind: 'whole-number', min: 1, max: 200, optional: true } },
    answers: 'deliveries, newest first; `next` in the answer is the next `before`, even if a page is empty',
  },
  delivery: {
    ...GET,
    path: '/api/deliveries/:event/:destination',
    params: { event: ID, destination: ID },
    answers: 'an event’s delivery to one destination, with its last hundred attempts and their answers',
  },
  changeDeliveries: {
    ...POST,
    path: '/api/deliveries/change',
    body: {
      ...FILTER,
      change: { ...wordField(DELIVERY_CHANGE_WORDS), optional: false },
      dryRun: { kind: 'flag', optional: true },
      limit: { kind: 'whole-number', min: 1, max: 500, optional: true },
    },
    answers:
      'how many deliveries it has changed, or would change; each call works on a part of them: `next` in the answer is the next `before`. `redrive` retries them from the start, the dead ones if no state is given, and none whose event has no body any more (`withoutBody` counts those); `cancel` ends waiting ones; `skip` unblocks the key of a dead one, and needs `event` and `destination`',
  },
  resendEvent: {
    ...POST,
    path: '/api/events/:id/deliveries',
    params: { id: ID },
    body: { destination: { ...ID_TEXT, optional: true } },
    answers:
      'the destinations to which the event is sent again: the named one, whether or not the event matched it, otherwise every one that had it before',
  },
  previewDelivery: {
    ...GET,
    path: '/api/events/:id/preview/:destination',
    reveals: true,
    params: { id: ID, destination: ID },
    answers:
      'what would be sent to the destination: filtered, transformed, signed; credentials are withheld, and nothing is sent. If the gate masks, it is built from the event as it is shown',
  },
  destinations: {
    ...GET,
    path: '/api/destinations',
    answers:
      'each destination: where it goes, its state, what waits for it; former destinations too, if they have deliveries',
  },
  changeDestination: {
    ...POST,
    path: '/api/destinations/:destination',
    params: { destination: ID },
    body: {
      change: { ...wordField(DESTINATION_CHANGE_WORDS), optional: false },
      drainPerSecond: { kind: 'whole-number', min: 1, max: 100_000, optional: true },
    },
    answers:
      'the destination after the change. `pause`: nothing is sent, events wait; `resume`: they are sent, at most `drainPerSecond` until it has caught up; `mute`: events are noted, and not sent',
  },
};
