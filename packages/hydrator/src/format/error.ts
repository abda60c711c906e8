/** Exit code of each error code, as the command-line contract fixes them. */
const EXIT_CODES = {
  usage: 2,
  'bad-spec': 2,
  'no-image': 3,
  'bad-signature': 4,
  'bad-digest': 4,
  'bad-format': 4,
  expired: 4,
  rollback: 4,
  unproven: 4,
  'not-found': 5,
  unreachable: 5,
  storage: 5,
  locked: 6,
  'build-failed': 7,
} as const;

/** What went wrong, as a closed set that callers and tests can switch on. */
export type ErrorCode = keyof typeof EXIT_CODES;

export interface DepotErrorOptions {
  /** What the reader can do about it, as a sentence of its own. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * The one error class for everything that can go wrong without a bug: bad input, a failed verification, a host without
 * an image. Messages are lower-case, name the file and the place, and read `expected X, got Y` where that applies.
 */
export class DepotError extends Error {
  override readonly name = 'DepotError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: DepotErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** Exit code for an error that is not a {@link DepotError}: a bug of ours. */
export const EXIT_INTERNAL = 70;
