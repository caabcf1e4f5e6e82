/** Contract suites for your own implementations: `@countersign/gateway/testing`. */
export { type StoreContractOptions, testStore } from './store-contract.ts';
export {
  type ActionAnswer,
  type LoggedLine,
  type TestActionOptions,
  testAction,
} from './test-action.ts';
