/** Countersign's sandbox: simulators of the platforms that sign requests, for demos and tests. They share no code with the engine's verdicts. */
export {
  type ApproovRequestOptions,
  type ApproovTokenKind,
  type ApproovTokenOptions,
  approovRequest,
  approovSecret,
  approovToken,
  DUMMY_SECRET,
} from './approov.ts';
export { type DpopFault, type DpopOptions, dpopRequest } from './dpop.ts';
export {
  type AmiFault,
  type AmiFormOptions,
  amiFields,
  amiForm,
  type FormField,
  type SiteWebhookOptions,
  siteWebhook,
} from './flow-production-tracking.ts';
export type { SiteProject } from './flow-production-tracking-site/pick-form.ts';
export type { SiteEvent, SiteWebhook } from './flow-production-tracking-site/send-site-webhook.ts';
export type { SiteItem } from './flow-production-tracking-site/site-item.ts';
export type { SiteRow, SiteTable } from './flow-production-tracking-site/site-table.ts';
export { type Site, type SiteOptions, startSite } from './flow-production-tracking-site/start-site.ts';
export {
  FLOWENT_FORMS,
  type FlowentCallOptions,
  type FlowentFault,
  type FlowentForm,
  type FlowentTestOptions,
  flowentCall,
  flowentTest,
} from './flowent.ts';
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
export { type HmacFault, type HmacRequestOptions, hmacRequest } from './hmac.ts';
export { type IncodeAuth, type IncodePayload, type IncodeWebhookOptions, incodeWebhook } from './incode.ts';
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
export {
  type MessageSignatureFault,
  type SignedMessageOptions,
  signedMessage,
} from './message-signatures.ts';
export type { PlatformCall, PlatformFault } from './platform-server/model.ts';
export type { WebhookAnswer } from './platform-server/post-webhook.ts';
export { type HeaderField, headerOf, type SandboxRequest } from './sandbox-request.ts';
export { allScenarios } from './scenarios/all.ts';
export {
  type Expectation,
  type SandboxKeys,
  type SandboxSystem,
  type Scenario,
  type ScenarioContext,
  scenarioRequest,
} from './scenarios/scenario.ts';
export { STANDARDS_ORIGIN } from './scenarios/standards.ts';
export { type SandboxResponse, type SendOptions, send } from './send.ts';
export {
  githubRequest,
  slackRequest,
  standardWebhooksRequest,
  stripeRequest,
  type WebhookFault,
  type WebhookOptions,
} from './webhooks.ts';
