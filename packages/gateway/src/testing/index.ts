/** Contract suites for your own implementations: `@countersign/gateway/testing`. */
export { testAuditStore } from './audit-store-contract.ts';
export { testClaimStore } from './claim-store-contract.ts';
export { testDeliveryStore } from './delivery-store-contract.ts';
export type {
  DestinationBench,
  DestinationContractOptions,
  ReceiverBehaviour,
} from './destination-bench.ts';
export { testDestination } from './destination-contract.ts';
export { testEventRetention } from './event-retention-contract.ts';
export { testEventStore } from './event-store-contract.ts';
export { testFullTextStore } from './full-text-store-contract.ts';
export { testIssueStore } from './issue-store-contract.ts';
export { testRecordStore } from './record-store-contract.ts';
export { testRefusedStore } from './refused-store-contract.ts';
export type { StoreContractOptions, StorePart } from './store-bench.ts';
export { testStoreUpkeep } from './store-upkeep-contract.ts';
export {
  type ActionAnswer,
  type LoggedLine,
  type TestActionOptions,
  testAction,
} from './test-action.ts';
