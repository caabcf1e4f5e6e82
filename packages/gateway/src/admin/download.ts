/** Bytes that a browser saves to a file and never shows: they are a stranger's. */
export class Download {
  readonly bytes: Uint8Array;
  /** Of the file, in letters that need no quoting. */
  readonly name: string;

  /** @param id of what they are of */
  constructor(bytes: Uint8Array, id: string) {
    this.bytes = bytes;
    this.name = `${id.replace(/[^\w.-]/g, '_')}.bin`;
  }
}
