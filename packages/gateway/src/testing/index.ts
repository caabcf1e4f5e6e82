/** Contract suites for your own implementations: `@countersign/gateway/testing`. */
export { type StoreContractOptions, testStore } from './store-contract.ts';
