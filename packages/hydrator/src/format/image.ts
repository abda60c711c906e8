import * as v from 'valibot';
import type { LayerId } from './layer.js';
import { packageSchema } from './package.js';
import { layerIdSchema, nameSchema, prefixSchema } from './schema.js';

/**
 * How a job starts: `sysimage` on a custom system image that holds the packages, `caches` on Julia's own system image
 * with package caches.
 */
export const STARTS = ['sysimage', 'caches'] as const;
export type Start = (typeof STARTS)[number];

function isSafe(path: string): boolean {
  return path.split('/').every((part) => part !== '.' && part !== '..');
}

export const environmentSchema = v.strictObject({
  name: nameSchema,
  /** Layer that holds the project, and the sources of those of its packages that no other environment has. */
  sources: layerIdSchema,
  /** Layers of the packages that it has in common with other environments. */
  shared: v.optional(v.array(layerIdSchema), []),
  /** Folder of Project.toml and Manifest.toml below the sources layer. */
  project: v.pipe(
    v.string(),
    v.regex(/^[\p{L}\p{N}._-]+(?:\/[\p{L}\p{N}._-]+)*$/u, 'expected a plain relative path'),
    v.check(isSafe, 'expected no . or .. component'),
  ),
  /** Everything in its Manifest, by name. */
  packages: v.array(packageSchema),
});
/** A Julia environment of a release. */
export type Environment = v.InferOutput<typeof environmentSchema>;

/** As kernels spell features; they end up in scripts. */
const featureSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_.-]+$/, 'expected a CPU feature as in /proc/cpuinfo'),
);

const flagSchema = v.pipe(v.string(), v.regex(/^-[A-Za-z0-9=_.,-]+$/, 'expected a flag of julia'));

export const imageSchema = v.strictObject({
  environment: nameSchema,
  target: nameSchema,
  start: v.picklist(STARTS),
  arch: v.picklist(['x86_64', 'aarch64']),
  /** Features that a node must have, as /proc/cpuinfo spells them. */
  requires: v.array(featureSchema),
  /** What Julia was given for `-C`. */
  cpuTarget: v.string(),
  /** Julia's command-line flags that the image was compiled with, and that a start must repeat: `-O3`, `--check-bounds=yes`. */
  flags: v.array(flagSchema),
  julia: v.strictObject({
    version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+[A-Za-z0-9.+-]*$/, 'expected a Julia version')),
    identity: v.string(),
  }),
  compiled: layerIdSchema,
  artifacts: v.array(layerIdSchema),
  sysimage: v.nullable(layerIdSchema),
  /** Layer of Julia itself; none where nodes have their own. */
  runtime: v.optional(layerIdSchema),
});
/** The layers that are depots of a job, in the order in which Julia is to search them. */
export function depotLayers(
  { sources, shared }: Pick<Environment, 'sources' | 'shared'>,
  { compiled, artifacts }: Pick<Image, 'compiled' | 'artifacts'>,
): LayerId[] {
  return [compiled, ...artifacts, sources, ...shared];
}

/** What bundles and releases have in common, in the order in which both are written. */
export const builtEntries = {
  prefix: prefixSchema,
  pathBound: v.boolean(),
  environments: v.pipe(v.array(environmentSchema), v.minLength(1)),
  images: v.pipe(v.array(imageSchema), v.minLength(1)),
};

/** One way to start one environment on one target: which layers to stack, and what the node must have. */
export type Image = v.InferOutput<typeof imageSchema>;
