/** Generated from this folder by scripts/generate-registry.ts. */
import type { Provider } from '../provider.ts';
import { adcp } from './adcp.ts';
import { adyenBanking } from './adyen-banking.ts';
import { adyen } from './adyen.ts';
import { agenticCommerce } from './agentic-commerce.ts';
import { approov } from './approov.ts';
import { atlassianConnect } from './atlassian-connect.ts';
import { authsignal } from './authsignal.ts';
import { awsSigv4 } from './aws-sigv4.ts';
import { awsSns } from './aws-sns.ts';
import { braintree } from './braintree.ts';
import { calendly } from './calendly.ts';
import { cashfree } from './cashfree.ts';
import { circleci } from './circleci.ts';
import { claude } from './claude.ts';
import { clerk } from './clerk.ts';
import { cloudinary } from './cloudinary.ts';
import { coinbaseCommerce } from './coinbase-commerce.ts';
import { contentful } from './contentful.ts';
import { discord } from './discord.ts';
import { docusign } from './docusign.ts';
import { dpop } from './dpop.ts';
import { dropboxSign } from './dropbox-sign.ts';
import { fingerprint } from './fingerprint.ts';
import { firebaseAppCheck } from './firebase-app-check.ts';
import { flowProductionTrackingWebhook } from './flow-production-tracking-webhook.ts';
import { flowProductionTracking } from './flow-production-tracking.ts';
import { flowent } from './flowent.ts';
import { github } from './github.ts';
import { gitlabSigningToken } from './gitlab-signing-token.ts';
import { gocardless } from './gocardless.ts';
import { googlePubsub } from './google-pubsub.ts';
import { hmac } from './hmac.ts';
import { httpMessageSignatures } from './http-message-signatures.ts';
import { hubspotV1 } from './hubspot-v1.ts';
import { hubspotV2 } from './hubspot-v2.ts';
import { hubspotV3 } from './hubspot-v3.ts';
import { hygraph } from './hygraph.ts';
import { incode } from './incode.ts';
import { inngest } from './inngest.ts';
import { jwtBearer } from './jwt-bearer.ts';
import { kontentAi } from './kontent-ai.ts';
import { line } from './line.ts';
import { linear } from './linear.ts';
import { liveblocks } from './liveblocks.ts';
import { livekit } from './livekit.ts';
import { lovable } from './lovable.ts';
import { mailersend } from './mailersend.ts';
import { mailgun } from './mailgun.ts';
import { mercadopago } from './mercadopago.ts';
import { messagebirdJwt } from './messagebird-jwt.ts';
import { messagebirdLegacy } from './messagebird-legacy.ts';
import { meta } from './meta.ts';
import { mux } from './mux.ts';
import { onfido } from './onfido.ts';
import { openai } from './openai.ts';
import { paddle } from './paddle.ts';
import { pagerduty } from './pagerduty.ts';
import { plaid } from './plaid.ts';
import { plivoV3 } from './plivo-v3.ts';
import { portone } from './portone.ts';
import { pusher } from './pusher.ts';
import { razorpay } from './razorpay.ts';
import { replicate } from './replicate.ts';
import { resend } from './resend.ts';
import { sanity } from './sanity.ts';
import { sendgrid } from './sendgrid.ts';
import { sentry } from './sentry.ts';
import { shopifyAdminQuery } from './shopify-admin-query.ts';
import { shopifyEvents } from './shopify-events.ts';
import { shopify } from './shopify.ts';
import { slack } from './slack.ts';
import { smileId } from './smile-id.ts';
import { square } from './square.ts';
import { standardWebhooks } from './standard-webhooks.ts';
import { streamChat } from './stream-chat.ts';
import { stripe } from './stripe.ts';
import { svix } from './svix.ts';
import { telnyx } from './telnyx.ts';
import { trello } from './trello.ts';
import { truelayer } from './truelayer.ts';
import { twilio } from './twilio.ts';
import { twitch } from './twitch.ts';
import { unit } from './unit.ts';
import { upstashQstash } from './upstash-qstash.ts';
import { viber } from './viber.ts';
import { vonage } from './vonage.ts';
import { wise } from './wise.ts';
import { workos } from './workos.ts';
import { worldline } from './worldline.ts';
import { xTwitter } from './x-twitter.ts';
import { zoom } from './zoom.ts';

export const PROVIDERS: readonly Provider[] = [
  adcp,
  adyenBanking,
  adyen,
  agenticCommerce,
  approov,
  atlassianConnect,
  authsignal,
  awsSigv4,
  awsSns,
  braintree,
  calendly,
  cashfree,
  circleci,
  claude,
  clerk,
  cloudinary,
  coinbaseCommerce,
  contentful,
  discord,
  docusign,
  dpop,
  dropboxSign,
  fingerprint,
  firebaseAppCheck,
  flowProductionTrackingWebhook,
  flowProductionTracking,
  flowent,
  github,
  gitlabSigningToken,
  gocardless,
  googlePubsub,
  hmac,
  httpMessageSignatures,
  hubspotV1,
  hubspotV2,
  hubspotV3,
  hygraph,
  incode,
  inngest,
  jwtBearer,
  kontentAi,
  line,
  linear,
  liveblocks,
  livekit,
  lovable,
  mailersend,
  mailgun,
  mercadopago,
  messagebirdJwt,
  messagebirdLegacy,
  meta,
  mux,
  onfido,
  openai,
  paddle,
  pagerduty,
  plaid,
  plivoV3,
  portone,
  pusher,
  razorpay,
  replicate,
  resend,
  sanity,
  sendgrid,
  sentry,
  shopifyAdminQuery,
  shopifyEvents,
  shopify,
  slack,
  smileId,
  square,
  standardWebhooks,
  streamChat,
  stripe,
  svix,
  telnyx,
  trello,
  truelayer,
  twilio,
  twitch,
  unit,
  upstashQstash,
  viber,
  vonage,
  wise,
  workos,
  worldline,
  xTwitter,
  zoom,
];
