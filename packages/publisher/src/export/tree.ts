/** Where the tree that nodes see is written to. Paths are below the prefix; parents come by themselves. */
export interface Tree {
  file(path: string, bytes: Uint8Array, mode?: 0o444 | 0o555): Promise<void>;
  link(path: string, target: string): Promise<void>;
}
