/** A sender whose scheme is written down in the documentation, ready to be declared. */
export interface DeclaredSender {
  readonly name: string;
  /** What stands under a gate’s `scheme`, as YAML. */
  readonly scheme: string;
  /** What else to know; empty where nothing is. */
  readonly notes: string;
  /** Where the documentation says more, from its folder: `configuration.md#tests-of-the-address`. */
  readonly more?: string;
}
