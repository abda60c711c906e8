import { chmod, copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '@depotcast/hydrator';
import { tree } from '@depotcast/hydrator/format';
import { writeFakeBundle } from './fake-bundle.js';
import { installFakeJulia } from './fake-julia.js';
import { succeed } from './programs.js';
import { initRepository, publish, type TestRepository } from './repository.js';

/** A mounted tree whose channel `prod` has images for x86-64-v2 and better, and none for the baseline. */
export interface LevelsSite {
  readonly prefix: string;
  /** What the tree was exported from. */
  readonly repo: TestRepository;
  /** A copy of its hydrator, to be started as a program. */
  readonly hydrator: string;
  /** A Julia that says which image it was started on. */
  readonly julia: string;
  /** What docs/prologue.md shows, by what it is here. */
  readonly places: Readonly<Record<string, string>>;
  /** Takes the tree away while `action` runs. */
  withoutTree<T>(action: () => Promise<T>): Promise<T>;
}

export async function levelsSite(scratch: string): Promise<LevelsSite> {
  // Jobs may run as another user.
  await chmod(scratch, 0o755);
  const prefix = join(scratch, 'prefix');
  const repo = await initRepository(scratch, prefix);
  const bundle = join(scratch, 'bundle');
  await writeFakeBundle(bundle, {
    prefix,
    images: { 'x86-64-v2': 'v2', 'x86-64-v3': 'v3', 'x86-64-v4': 'v4' },
  });
  await publish(repo, bundle, 'release-1');
  await succeed('depot-publish', ['export', repo.path, '--into', prefix]);
  const julia = await installFakeJulia(join(scratch, 'julia'));
  // A copy on the node, as docs/prologue.md says: it is there when the tree is not.
  const hydrator = join(scratch, 'depot-hydrate');
  await copyFile(join(prefix, tree.hydrator), hydrator);
  return {
    prefix,
    repo,
    hydrator,
    julia,
    places: {
      '/cvmfs/julia.example.org': prefix,
      '/opt/julia/bin/julia': julia,
      'depot-hydrate env': `${hydrator} env`,
      'depot-hydrate fetch': `${hydrator} fetch`,
      'https://julia.example.org': repo.path,
      '/etc/depotcast/root.json': repo.root,
    },
    withoutTree: async (action) => {
      await rename(prefix, `${prefix}.away`);
      try {
        return await action();
      } finally {
        await removeTree(prefix);
        await rename(`${prefix}.away`, prefix);
      }
    },
  };
}
