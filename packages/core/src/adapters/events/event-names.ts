/** Which names a sender’s events have, and what the payload of each is: read of the types that it publishes. */
import type { WebhookEvent } from '../event.ts';

/**
 * The names of events. `Payloads` is a map from a type to its payload (`{ push: PushEvent; issues: IssuesEvent }`), or a union of payloads that
 * say their own `type` (`Stripe.Event`). A type is a name; so is a type with the payload’s `action`, or its `event.type`, after a dot: `issues.opened`,
 * `event_callback.app_mention`.
 */
export type EventName<Payloads> =
  IsUnion<Payloads> extends true
    ? Payloads extends { readonly type: infer Type extends string }
      ? NameOf<Type, Payloads>
      : never
    : { [Type in keyof Payloads & string]: NameOf<Type, Payloads[Type]> }[keyof Payloads & string];

/** The payload of the events of a name. */
export type PayloadOf<Payloads, Name extends string> =
  IsUnion<Payloads> extends true
    ? Payloads extends { readonly type: infer Type extends string }
      ? Narrowed<Type, Payloads, Name>
      : never
    : { [Type in keyof Payloads & string]: Narrowed<Type, Payloads[Type], Name> }[keyof Payloads & string];

/** A genuine event of one of the names: its `name` narrows its `payload`. */
export type NamedEvent<Payloads, Name extends string = EventName<Payloads>> = Name extends string
  ? WebhookEvent<PayloadOf<Payloads, Name>> & { readonly name: Name }
  : never;

/** Whether these are payloads that say their type, in place of a map. */
type IsUnion<Payloads> = [Payloads] extends [{ readonly type: string }] ? true : false;

type NameOf<Type extends string, Payload> = Type | RefinedName<Type, Payload>;

type RefinedName<Type extends string, Payload> = Payload extends {
  readonly action: infer Action extends string;
}
  ? Joined<Type, Action>
  : Payload extends { readonly event: { readonly type: infer Kind extends string } }
    ? Joined<Type, Kind>
    : never;

/** A map’s own key may be refined already. */
type Joined<Type extends string, Part extends string> = Type extends `${string}.${Part}`
  ? never
  : `${Type}.${Part}`;

type Narrowed<Type extends string, Payload, Name extends string> = Name extends Type
  ? Payload
  : Name extends `${Type}.${infer Part}`
    ? Refined<Payload, Part>
    : never;

type Refined<Payload, Part extends string> = Payload extends { readonly action: infer Action extends string }
  ? Part extends Action
    ? Action extends Part
      ? Payload
      : Payload & { readonly action: Part }
    : never
  : Payload extends { readonly event: infer Inner extends { readonly type: string } }
    ? WithEvent<Payload, Extract<Inner, { readonly type: Part }>>
    : never;

type WithEvent<Payload, Inner> = [Inner] extends [never] ? never : Payload & { readonly event: Inner };
