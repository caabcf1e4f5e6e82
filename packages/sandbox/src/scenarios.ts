/** Every scenario of every simulated system: what `countersign demo` plays and what end-to-end tests hold a gateway to. */
import type { Scenario } from './scenario.ts';
import { approovScenarios } from './scenarios/approov.ts';
import { flowProductionTrackingScenarios } from './scenarios/flow-production-tracking.ts';
import { flowentScenarios } from './scenarios/flowent.ts';
import { hmacScenarios } from './scenarios/hmac.ts';
import { incodeScenarios } from './scenarios/incode.ts';
import { standardsScenarios } from './scenarios/standards.ts';
import { webhookScenarios } from './scenarios/webhooks.ts';

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
