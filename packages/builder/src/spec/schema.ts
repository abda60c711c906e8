import { isName, nameSchema, prefixSchema, STARTS } from '@depotcast/hydrator/format';
import * as v from 'valibot';
import { targetTableSchema } from './target-schema.js';

const textSchema = v.pipe(v.string('expected a text'), v.nonEmpty('expected a text that is not empty'));
const commandSchema = v.union(
  [textSchema, v.pipe(v.array(textSchema), v.minLength(1))],
  'expected a program, or an array of a launcher and its arguments',
);

const environmentSchema = v.object({
  name: nameSchema,
  project: v.optional(textSchema, '.'),
  starts: v.optional(
    v.pipe(
      v.array(v.picklist(STARTS, `expected ${STARTS.map((start) => `"${start}"`).join(' or ')}`)),
      v.minLength(1, 'expected at least one start'),
      v.check((starts) => isWithoutDuplicates(starts), 'names a start twice'),
    ),
    STARTS,
  ),
  'lazy-artifacts': v.optional(v.boolean('expected true or false'), false),
  workload: v.optional(textSchema),
  sysimage: v.optional(
    v.object({
      packages: v.optional(v.pipe(v.array(textSchema), v.minLength(1, 'expected at least one package'))),
      /** Where the workload used to be; it serves all starts. */
      workload: v.optional(textSchema),
      statements: v.optional(textSchema),
    }),
  ),
});

/** The shape of `spec.toml`. Unknown keys pass: they are looked for on their own, so that each one is reported. */
export const specSchema = v.object({
  name: nameSchema,
  version: v.pipe(
    v.string('expected a text, such as "1.0"'),
    v.check(isName, 'expected letters, digits, dots and dashes'),
  ),
  prefix: prefixSchema,
  targets: v.pipe(
    v.array(v.string('expected the name of a target')),
    v.minLength(1, 'expected at least one target'),
    v.check((targets) => isWithoutDuplicates(targets), 'names a target twice'),
  ),
  target: v.optional(v.array(targetTableSchema), []),
  julia: v.optional(
    v.object({
      command: v.optional(commandSchema, 'julia'),
      linker: v.optional(commandSchema, 'cc'),
      'bundle-runtime': v.optional(v.boolean('expected true or false'), false),
    }),
    {},
  ),
  compile: v.optional(
    v.object({
      'opt-level': v.optional(v.picklist([0, 1, 2, 3], 'expected 0, 1, 2 or 3')),
      'check-bounds': v.optional(v.picklist(['yes', 'no'], 'expected "yes" or "no"')),
    }),
    {},
  ),
  proof: v.optional(v.object({ 'other-cpu': v.optional(v.boolean('expected true or false'), false) }), {}),
  environment: v.pipe(v.array(environmentSchema), v.minLength(1, 'expected at least one [[environment]]')),
});
export type SpecDocument = v.InferOutput<typeof specSchema>;

function isWithoutDuplicates(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}
