import { askJulia } from './inspect.js';

/** A binary or a data set that a package declares for the platform at hand. */
export interface Artifact {
  readonly package: string;
  readonly name: string;
  /** Git tree hash, which is also the name of its folder in a depot. */
  readonly tree: string;
  /** Whether it is only fetched once it is used. */
  readonly lazy: boolean;
  /** Where it stands; undefined where no depot of the admin's has it. */
  readonly folder: string | undefined;
}

/**
 * Asks Julia, which alone knows its platform, what packages declare and where the admin's depots have it. Overrides of the
 * admin's are left aside: they name folders of this host.
 * @param files `Artifacts.toml` of packages
 * @throws DepotError `build-failed` when one cannot be read
 */
export async function locateArtifacts(
  command: readonly string[],
  files: readonly { readonly package: string; readonly file: string }[],
  env: NodeJS.ProcessEnv,
): Promise<Artifact[]> {
  if (files.length === 0) return [];
  const args = files.flatMap(({ package: name, file }) => [name, file]);
  const answer = await askJulia(command, LOCATE_SCRIPT, args, env);
  return answer.split('\n').flatMap((line) => {
    const [tag, packageName = '', name = '', tree = '', lazy, folder = ''] = line.split('\t');
    if (tag !== 'depotcast') return [];
    const found = folder === '' ? undefined : folder;
    return [{ package: packageName, name, tree, lazy: lazy === 'true', folder: found }];
  });
}

/** Artifacts have been a package of the standard library since Julia 1.6, and a part of Pkg before. */
const LOCATE_SCRIPT = `
const Artifacts = VERSION >= v"1.6" ?
    Base.require(Base.PkgId(Base.UUID("56f22d72-fd6d-98f1-02f0-08ddc0907c33"), "Artifacts")) :
    Base.require(Base.PkgId(Base.UUID("44cfe95a-1eb2-52ea-b672-e2afdf69b78f"), "Pkg")).Artifacts
for index in 1:2:length(ARGS)
    package, file = ARGS[index], ARGS[index + 1]
    for name in sort!(collect(keys(Artifacts.load_artifacts_toml(file))))
        meta = Artifacts.artifact_meta(name, file)
        meta === nothing && continue
        tree = meta["git-tree-sha1"]
        folder = Artifacts.artifact_path(Base.SHA1(tree); honor_overrides = false)
        println("depotcast\\t", package, "\\t", name, "\\t", tree, "\\t", get(meta, "lazy", false), "\\t", isdir(folder) ? folder : "")
    end
end
`;
