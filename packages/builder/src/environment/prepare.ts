import { digestOf, type LayerId } from '@depotcast/hydrator/format';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Artifact, locateArtifacts } from '../julia/locate-artifacts.js';
import { locatePackages } from '../julia/inspect.js';
import type { PackageId } from '../julia/literal.js';
import type { PlannedEnvironment } from '../plan/planned-environment.js';
import { readStatements } from '../recording/statements-file.js';
import { type Problem, refuseProblems } from '../spec/problem.js';
import type { EnvironmentSpec, Spec } from '../spec/spec.js';
import { artifactFiles, planArtifacts, verifyArtifacts, wantedArtifacts } from './artifacts.js';
import { type CopiedTrees, copiedTrees } from './copied-trees.js';
import { describePackages } from './describe-packages.js';
import { type ListedSources, listSources } from './list-sources.js';
import { inLoadOrder } from './manifest-order.js';
import { planSources, type SourcesExtras } from './plan-sources.js';
import { readEnvironment } from './read.js';
import { type EnvironmentFiles, verifyManifest } from './verify.js';
import { shareFolders } from './share-folders.js';
import { verifyImagePackages } from './verify-image-packages.js';
import { verifyInstalled } from './verify-installed.js';
import { type VerifiedTrees, verifyTrees } from './verify-trees.js';

/** An environment that has been read and verified. */
export interface PreparedEnvironment extends PlannedEnvironment {
  /** By layer, what is copied into it. */
  readonly contents: ReadonlyMap<LayerId, ListedSources>;
  /** Every package of the Manifest, dependencies first, and the project itself if it is a package. */
  readonly packages: readonly PackageId[];
  /** The workload script. */
  readonly workloadFile: string | undefined;
  /** Statements recorded in real sessions. */
  readonly statements: readonly string[];
}

interface VerifiedEnvironment {
  readonly environment: EnvironmentSpec;
  readonly files: EnvironmentFiles;
  readonly extras: SourcesExtras;
  readonly artifacts: readonly Artifact[];
}

interface ListedEnvironment extends VerifiedEnvironment {
  readonly sources: ListedSources;
  readonly listedArtifacts: ListedSources;
  readonly trees: VerifiedTrees;
}

/**
 * Reads and verifies all environments of a spec for a version of Julia; every file that goes into a layer is read.
 * @throws DepotError `bad-spec` with every mistake of every environment
 */
export async function prepareEnvironments(
  spec: Spec,
  version: string,
  env: NodeJS.ProcessEnv,
): Promise<PreparedEnvironment[]> {
  const problems: Problem[] = [];
  const verified: VerifiedEnvironment[] = [];
  for (const [index, environment] of spec.environments.entries()) {
    const read = await readEnvironment(environment.project, version);
    if ('problem' in read) {
      problems.push(read.problem);
      continue;
    }
    const { files, own, surrounding } = read;
    const entries = files.manifest.filter(({ origin }) => origin.kind === 'installed');
    const installed = await locatePackages(spec.julia, environment.project, entries, env);
    problems.push(...verifyManifest(files));
    problems.push(...verifyInstalled(files, installed));
    problems.push(...verifyImagePackages(spec, index, files));
    const declared = await locateArtifacts(spec.julia, await artifactFiles(files, installed), env);
    const artifacts = wantedArtifacts(declared, environment.lazyArtifacts);
    problems.push(...(await verifyArtifacts(files, artifacts)));
    verified.push({ environment, files, extras: { installed, own, surrounding }, artifacts });
  }
  refuseProblems(problems);
  const listed: ListedEnvironment[] = [];
  for (const item of verified) {
    const sources = await listSources(planSources(item.environment.name, item.files, item.extras));
    const trees = await verifyTrees(item.files, sources);
    problems.push(...trees.problems);
    const artifacts = await listSources(planArtifacts(item.artifacts));
    listed.push({ ...item, sources: without(sources, trees.logs), listedArtifacts: artifacts, trees });
  }
  refuseProblems(problems);
  const nameOf = ({ environment }: ListedEnvironment): string => environment.name;
  const sources = shareFolders(
    listed.map((item) => ({ environment: nameOf(item), content: item.sources })),
    PACKAGE_FOLDER,
  );
  const artifacts = shareFolders(
    listed.map((item) => ({ environment: nameOf(item), content: item.listedArtifacts })),
    ARTIFACT_FOLDER,
  );
  return Promise.all(
    listed.map((item, index) => {
      const [own, needed] = [sources[index], artifacts[index]];
      if (own === undefined || needed === undefined)
        throw new Error('an environment was lost while folders were shared');
      return prepare(item, copiedTrees(nameOf(item), own, needed));
    }),
  );
}

const PACKAGE_FOLDER = /^packages\/[^/]+\/[^/]+$/;
const ARTIFACT_FOLDER = /^artifacts\/[^/]+$/;

async function prepare(listed: ListedEnvironment, copied: CopiedTrees): Promise<PreparedEnvironment> {
  const { environment, files, sources, trees } = listed;
  const { workload } = environment;
  const statements = await recordedStatements(environment);
  const own = files.ownPackage === undefined ? [] : [files.ownPackage];
  const packages = [...inLoadOrder(files.manifest).map(({ name, uuid }) => ({ name, uuid })), ...own];
  const chosen = environment.packages ?? [...Object.keys(files.project.deps), ...own.map(({ name }) => name)];
  return {
    name: environment.name,
    ...copied,
    buildOutputs: trees.outputs,
    manifest: describePackages(files.manifest, sources.listing),
    packages,
    imagePackages: packages.filter(({ name }) => chosen.includes(name)),
    workload:
      workload === undefined
        ? undefined
        : digestOf(`${basename(workload)}\n${await readFile(workload, 'utf8')}`),
    workloadFile: workload,
    recorded: statements.length === 0 ? undefined : digestOf(statements.join('\n')),
    statements,
  };
}

function without(sources: ListedSources, paths: readonly string[]): ListedSources {
  return { ...sources, listing: sources.listing.filter(({ path }) => !paths.includes(path)) };
}

/** A file that is named but not there is one that nothing was recorded into yet. */
async function recordedStatements({ statements }: EnvironmentSpec): Promise<readonly string[]> {
  return statements === undefined ? [] : ((await readStatements(statements)) ?? []);
}
