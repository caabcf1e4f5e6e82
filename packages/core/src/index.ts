/** Countersign's engine: proves that a request is from whom it says, unchanged, fresh and not seen before. */

export * from './acted.ts';
export type { ActionChoice, BoundActions } from './action-choice.ts';
export { actionFrom } from './action-from.ts';
export type { BodySource } from './body-from.ts';
export {
  ClaimRoom,
  type ClaimRoomOptions,
  type GivingUp,
  type RoomMember,
  type RoomReports,
  type Scarcity,
} from './claim-room.ts';
export { createGate, sign, verify } from './create-gate.ts';
export type { Draft } from './draft.ts';
export {
  authorityOf,
  type EffectiveRequest,
  effectiveRequest,
  type HttpScheme,
  type Origin,
} from './effective-request.ts';
export type * from './gate.ts';
export { byteString, HeaderList, type HeaderSource } from './headers.ts';
export { KEY_ENCODINGS, KEY_STATES } from './key-specs.ts';
export type { KeyFunction, KeyHint, KeyLookupOptions } from './keys/key-hint.ts';
export { type KeyWarning, keyWarningText } from './keys/key-warning.ts';
export { secretWarnings } from './keys/key-warnings.ts';
export type { WrittenKey } from './keys/written-key.ts';
export {
  type FoundKeys,
  type KeyEncoding,
  type KeyInfo,
  type KeyInput,
  type KeyPurpose,
  type KeyQuery,
  type KeyRing,
  type KeySpec,
  type KeyState,
  unusableBecause,
} from './keys.ts';
export { MemoryReplayGuard, type MemoryReplayGuardOptions } from './memory-replay-guard.ts';
export type * from './model.ts';
export { nearMiss } from './near-miss.ts';
export type { Objection, ObjectionCode } from './objection.ts';
export type { ObjectSchema, OptionRow, ValueSchema } from './option-row.ts';
export type * from './option-types.generated.ts';
export type { Provider, SetProvider } from './provider.ts';
export { withOptions } from './provider-scheme.ts';
export {
  coverageOfProvider,
  findProvider,
  proofHeadersOfProvider,
  providerIds,
  providers,
  testMethodsOfProvider,
  writtenProvider,
  writtenScheme,
} from './providers/registry.ts';
export * from './refusals.ts';
export type { BeginResult, ReplayGuard } from './replay.ts';
export { type GateReply, type Refusing, replyTo, replyToRefusal } from './reply.ts';
export { type RequestParts, type RequestSource, requestFrom } from './request-from.ts';
export type { Scheme } from './scheme.ts';
export type { SchemeSource } from './scheme-source.ts';
export { type SchemeType, schemeTypes } from './schemes/scheme-rows.ts';
export { optionRowsOf } from './schemes/sender-rows.ts';
export { SetupError } from './setup-error.ts';
export { createSteadyClock, type SteadyClock } from './steady-clock.ts';
export type { TenantChoice, TenantHint, TenantKeys, TenantOptions } from './tenant-keys.ts';
export { tenantsFrom } from './tenants-from.ts';
export type { Trace } from './trace.ts';
