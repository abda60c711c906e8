import * as v from 'valibot';
import { type Digest, digestOf, digestSchema, nameSchema, parseJson, STARTS } from '../format/index.js';

const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const moduleSchema = v.strictObject({
  name: v.string(),
  /** Null for Core and Base. */
  uuid: v.nullable(v.string()),
  /** Hexadecimal; since Julia 1.9 its first half tells the image that holds the module's machine code. */
  build: v.string(),
});
/** A loaded package or module of Julia's own. */
export type LoadedModule = v.InferOutput<typeof moduleSchema>;

const packageMethodsSchema = v.strictObject({
  /** Root module of the methods. */
  name: v.string(),
  count: countSchema,
  digest: digestSchema,
  /** Signatures, sorted; left out where only digests are wanted. */
  list: v.optional(v.array(v.string())),
});
export type PackageMethods = v.InferOutput<typeof packageMethodsSchema>;

const fingerprintSchema = v.strictObject({
  format: v.literal('depotcast-fingerprint/1'),
  release: digestSchema,
  name: nameSchema,
  environment: nameSchema,
  target: nameSchema,
  start: v.picklist(STARTS),
  julia: v.string(),
  /** SHA-256 of the file of the system image that Julia ran on. */
  sysimage: digestSchema,
  modules: v.strictObject({ digest: digestSchema, list: v.array(moduleSchema) }),
  /** Method instances with machine code once the workload was through. */
  methods: v.strictObject({
    digest: digestSchema,
    count: countSchema,
    packages: v.array(packageMethodsSchema),
  }),
});

/** What a start on an image came to: equal on two nodes when they run the same code from the same image. */
export type Fingerprint = v.InferOutput<typeof fingerprintSchema>;

/** @throws DepotError `bad-format` */
export function parseFingerprint(text: string, where: string): Fingerprint {
  return parseJson(fingerprintSchema, text, where);
}

/** What Julia reports of itself. */
export interface StartReport {
  /** File of the system image, as Julia sees it. */
  readonly image: string;
  readonly modules: readonly LoadedModule[];
  /** Signatures by root module. */
  readonly methods: ReadonlyMap<string, readonly string[]>;
}

/** The image that was chosen, and what it is. */
export type StartedImage = Pick<
  Fingerprint,
  'release' | 'name' | 'environment' | 'target' | 'start' | 'julia' | 'sysimage'
>;

export function makeFingerprint(image: StartedImage, { modules, methods }: StartReport): Fingerprint {
  const list = modules.toSorted((a, b) => compareTexts(a.name, b.name) || compareTexts(keyOf(a), keyOf(b)));
  const packages = [...methods]
    .map(([name, lines]): PackageMethods => {
      const sorted = lines.toSorted(compareTexts);
      return { name, count: sorted.length, digest: digestLines(sorted), list: sorted };
    })
    .sort((a, b) => compareTexts(a.name, b.name));
  return {
    format: 'depotcast-fingerprint/1',
    ...image,
    modules: { digest: digestLines(list.map(keyOf)), list },
    methods: {
      digest: digestLines(packages.map(({ name, digest }) => `${name}\t${digest}`)),
      count: packages.reduce((sum, { count }) => sum + count, 0),
      packages,
    },
  };
}

/** Digests without the signatures. */
export function withoutSignatures(fingerprint: Fingerprint): Fingerprint {
  const packages = fingerprint.methods.packages.map(({ name, count, digest }) => ({ name, count, digest }));
  return { ...fingerprint, methods: { ...fingerprint.methods, packages } };
}

function keyOf({ name, uuid, build }: LoadedModule): string {
  return `${name}\t${uuid ?? ''}\t${build}`;
}

function digestLines(lines: readonly string[]): Digest {
  return digestOf(lines.map((line) => `${line}\n`).join(''));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
