/** What parts of pages say wherever they stand. */
export const UI = {
  loading: 'Loading …',
  again: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Not copied: the browser does not allow it. Select the text instead.',
  cancel: 'Cancel',
  close: 'Close',
  never: 'never',
  unreachable: 'The gateway does not answer. Is it running?',
  roleMissing: (role: string) => `This needs the role ${role}.`,
} as const;
