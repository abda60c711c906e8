import * as v from 'valibot';
import { type Digest, isDigest } from './digest.js';
import { DepotError } from './error.js';
import { isLayerId, type LayerId } from './layer.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** The pieces that the schemas of our JSON files share. */
export const digestSchema = v.custom<Digest>(
  (value) => typeof value === 'string' && isDigest(value),
  'expected a SHA-256 of 64 lower-case hex digits',
);
export const layerIdSchema = v.custom<LayerId>(
  (value) => typeof value === 'string' && isLayerId(value),
  'expected a layer id <kind>-<32 hex digits>',
);
export const sizeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Names that become path components and words on command lines. */
export const nameSchema = v.pipe(
  v.string(),
  v.regex(
    NAME,
    'expected letters, digits, dots, dashes and underscores, beginning with a letter or digit, 100 at most',
  ),
);
/** Nothing in it that a shell, a colon-separated list or a CernVM-FS client would take apart. */
export const prefixSchema = v.pipe(
  v.string(),
  v.regex(
    /^(?:\/[^/:\s\0'"\\$`;&|<>(){}*?!#~[\]]+)+$/,
    'expected an absolute path without a trailing slash, spaces, colons or characters special to shells',
  ),
  v.check(
    (path) => path.split('/').every((part) => part !== '.' && part !== '..'),
    'expected no . or .. component',
  ),
);

export function isPrefix(text: string): boolean {
  return v.is(prefixSchema, text);
}

export function isName(text: string): boolean {
  return NAME.test(text);
}

/**
 * Parses a JSON file of ours against its schema.
 * @throws DepotError `bad-format`, naming the file and every place that is wrong.
 */
export function parseJson<T>(schema: v.GenericSchema<unknown, T>, text: string, where: string): T {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new DepotError('bad-format', `${where}: not JSON: ${(cause as Error).message}`, { cause });
  }
  const result = v.safeParse(schema, data);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
  throw new DepotError('bad-format', `${where}: ${problems.join('; ')}`);
}

/** The one way our JSON files are written: two spaces, a newline at the end. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
