/** One version of each line of Node that is supported; the last of them is the newest. */
export const NODE_VERSIONS = ['22.23.3', '24.21.0', '26.10.0'] as const;
