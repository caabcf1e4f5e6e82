/** Countersign's sandbox: simulators of the platforms that sign requests, for demos and tests. They share no code with the engine's verdicts. */
export * from './approov.ts';
export * from './dpop.ts';
export * from './flow-production-tracking.ts';
export type { SiteProject } from './flow-production-tracking-site/pick-form.ts';
export type { SiteEvent, SiteWebhook } from './flow-production-tracking-site/send-site-webhook.ts';
export type { SiteItem } from './flow-production-tracking-site/site-item.ts';
export type { SiteRow, SiteTable } from './flow-production-tracking-site/site-table.ts';
export * from './flow-production-tracking-site/start-site.ts';
export * from './flowent.ts';
export type {
  FlowentChange,
  FlowentDraft,
  FlowentLimits,
  FlowentPlatform,
  FlowentPlatformAction,
  FlowentPlatformCall,
  FlowentPlatformCallOptions,
  FlowentPlatformFault,
  FlowentPlatformOptions,
  FlowentRoute,
  FlowentTenant,
  FlowentWebhookAnswer,
} from './flowent-platform/model.ts';
export { startFlowentPlatform } from './flowent-platform/platform.ts';
export * from './hmac.ts';
export * from './incode.ts';
export type {
  IncodeAdmin,
  IncodeAuthAttempt,
  IncodeDelivery,
  IncodeInterview,
  IncodePlatform,
  IncodePlatformCall,
  IncodePlatformFault,
  IncodePlatformOptions,
  IncodeRoute,
  IncodeScore,
  IncodeSendOptions,
  IncodeWebhookTarget,
} from './incode-platform/model.ts';
export { startIncodePlatform } from './incode-platform/platform.ts';
export * from './message-signatures.ts';
export type { PlatformCall, PlatformFault } from './platform-server/model.ts';
export type { WebhookAnswer } from './platform-server/post-webhook.ts';
export { type HeaderField, headerOf, type SandboxRequest } from './sandbox-request.ts';
export * from './scenarios/all.ts';
export { approovScenarios } from './scenarios/approov.ts';
export { flowProductionTrackingScenarios } from './scenarios/flow-production-tracking.ts';
export { flowentScenarios } from './scenarios/flowent.ts';
export { hmacScenarios } from './scenarios/hmac.ts';
export { incodeScenarios } from './scenarios/incode.ts';
export * from './scenarios/scenario.ts';
export { STANDARDS_ORIGIN, standardsScenarios } from './scenarios/standards.ts';
export { webhookScenarios } from './scenarios/webhooks.ts';
export * from './send.ts';
export * from './webhooks.ts';
