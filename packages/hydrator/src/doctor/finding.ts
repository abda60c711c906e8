/** What comes of it: the job dies, something is compiled on the node, or the job takes other code than was published. */
export type Effect = 'breaks' | 'compiles' | 'diverts';

/** Something that would keep a release from working as it was published. */
export interface Finding {
  readonly effect: Effect;
  /** What it is about: a variable, a file, a flag. */
  readonly subject: string;
  readonly what: string;
  readonly remedy: string;
}
