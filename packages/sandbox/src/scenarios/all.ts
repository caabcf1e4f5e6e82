/** Every scenario of every simulated system: what `countersign demo` plays and what end-to-end tests hold a gateway to. */

import { approovScenarios } from './approov.ts';
import { flowProductionTrackingScenarios } from './flow-production-tracking.ts';
import { flowentScenarios } from './flowent.ts';
import { hmacScenarios } from './hmac.ts';
import { incodeScenarios } from './incode.ts';
import type { Scenario } from './scenario.ts';
import { standardsScenarios } from './standards.ts';
import { webhookScenarios } from './webhooks.ts';

/** The scenarios in playing order; one that repeats another comes after it. */
export function allScenarios(): readonly Scenario[] {
  return [
    ...flowentScenarios(),
    ...hmacScenarios(),
    ...flowProductionTrackingScenarios(),
    ...approovScenarios(),
    ...incodeScenarios(),
    ...webhookScenarios(),
    ...standardsScenarios(),
  ];
}
