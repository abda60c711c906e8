import { nameSchema } from '@depotcast/hydrator/format';
import * as v from 'valibot';

const featureSchema = v.pipe(
  v.string('expected CPU features as /proc/cpuinfo spells them'),
  v.regex(/^[A-Za-z0-9_.-]+$/, 'expected a CPU feature as /proc/cpuinfo spells it'),
);

const cpuTargetSchema = v.pipe(
  v.string('expected what Julia takes for -C'),
  v.regex(
    /^[^\s,;]+(?:[,;][^\s,;]+)*$/,
    'expected what Julia takes for -C: a CPU, and features after commas',
  ),
);

/** A target of the spec's own, or more to ask of the nodes of one that all specs can name. */
export const targetTableSchema = v.object({
  name: nameSchema,
  arch: v.optional(v.picklist(['x86_64', 'aarch64'], 'expected "x86_64" or "aarch64"')),
  requires: v.optional(v.array(featureSchema), []),
  base: v.optional(v.string('expected the name of a target')),
  julia: v.optional(
    v.union(
      [
        cpuTargetSchema,
        v.pipe(
          v.array(
            v.object({
              since: v.pipe(
                v.string('expected a version of Julia, such as "1.11"'),
                v.regex(/^\d+\.\d+$/, 'expected a version of Julia, such as "1.11"'),
              ),
              'cpu-target': cpuTargetSchema,
            }),
          ),
          v.minLength(1, 'expected at least one string'),
        ),
      ],
      'expected what Julia takes for -C, or an array of { since = "1.11", cpu-target = "..." }',
    ),
  ),
});
export type TargetTable = v.InferOutput<typeof targetTableSchema>;
