import { DepotError, nameSchema, parseJson, prefixSchema, renderJson } from '@depotcast/hydrator/format';
import * as v from 'valibot';

const days = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(36_500));

const configSchema = v.strictObject({
  format: v.literal('depotcast-repository/1'),
  name: v.pipe(
    nameSchema,
    v.regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 'expected a fully qualified name such as julia.example.org'),
  ),
  prefix: prefixSchema,
  /** Days for which a signature of each role is valid. */
  days: v.strictObject({ root: days, targets: days, snapshot: days, timestamp: days }),
});

/**
 * What a repository is: its fully qualified name, and the path under which nodes see its tree. It is signed as part of
 * the targets metadata; `.depot/repository.json` is a copy for people and for other programs.
 */
export type RepositoryConfig = v.InferOutput<typeof configSchema>;

/** Field of the targets metadata that holds the config; TUF clients pass over fields they do not know. */
export const CONFIG_FIELD = 'x-depotcast-repository';

export const DEFAULT_DAYS: RepositoryConfig['days'] = {
  root: 365,
  targets: 365,
  snapshot: 365,
  timestamp: 30,
};

/** @throws DepotError `bad-format`, naming every field that is wrong */
export function parseConfig(text: string, where: string): RepositoryConfig {
  return parseJson(configSchema, text, where);
}

/**
 * The same rules for a config that was put together from a command line.
 * @throws DepotError `usage`
 */
export function checkConfig(config: RepositoryConfig): RepositoryConfig {
  try {
    return parseConfig(renderJson(config), 'options');
  } catch (cause) {
    throw new DepotError('usage', (cause as Error).message, { cause });
  }
}
