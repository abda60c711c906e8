import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfPresent } from '../store/read-if-present.js';
import { ARTIFACT_FILES } from './artifact-files.js';

/** As much of a folder as belongs to the package or project in it. */
export interface PackageParts {
  readonly folder: string;
  /** Folders in it. */
  readonly parts: readonly string[];
  /** By name, files in it. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Folders in which packages keep what they load or read. The rest of a project's folder is as likely to be anything else:
 * notebooks, results, the bundle.
 */
const PARTS = ['src', 'ext', 'deps', 'data', 'assets', 'res', 'resources', 'lib'];
/** Files of preferences; Julia takes the first that is there. */
const PREFERENCES = ['JuliaLocalPreferences.toml', 'LocalPreferences.toml'];

/** What a project has beside its Project.toml and Manifest. */
export async function readProjectParts(folder: string, isPackage: boolean): Promise<PackageParts> {
  if (!isPackage) return { folder, parts: [], texts: await readTexts(folder, PREFERENCES) };
  const parts = await findParts(folder);
  return { folder, parts, texts: await readTexts(folder, [...PREFERENCES, ...ARTIFACT_FILES]) };
}

/** A package in whose folder there is more than the package. */
export async function readPackageParts(folder: string): Promise<PackageParts> {
  const texts = await readTexts(folder, ['Project.toml', ...ARTIFACT_FILES]);
  return { folder, parts: await findParts(folder), texts };
}

async function findParts(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return PARTS.filter((part) => folders.includes(part));
}

async function readTexts(folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const name of names) {
    const text = await readIfPresent(join(folder, name));
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}
