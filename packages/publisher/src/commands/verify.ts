import { join } from 'node:path';
import type { Argv } from 'yargs';
import { Progress, openSource } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { readMasterPublicKey } from '../cvmfs/namespace-keys.js';
import { type NamespaceReport, verifyNamespace } from '../cvmfs/verify/verify-namespace.js';
import { exists } from '../files/exists.js';
import { distinct, noting } from '../maintenance/problem.js';
import { verifyRepository, type VerifyReport } from '../maintenance/verify.js';
import { openRepository, readTrustedRoot } from '../repository/open-repository.js';
import { type Context, show } from './context.js';
import { keysOf, openOptions, type RepoOptions, withJson, withKeys, withRepo } from './options.js';
import { count } from './render.js';

export interface VerifyOptions extends RepoOptions {
  /** Also reads it as CernVM-FS clients do. */
  readonly cvmfs?: boolean | undefined;
}

export interface FullVerifyReport extends VerifyReport {
  readonly cvmfs?: NamespaceReport;
}

export async function verify(options: VerifyOptions, context: Context): Promise<FullVerifyReport> {
  const report = await verifyFiles(options, context);
  if (options.cvmfs !== true) return report;
  const problems = [...report.problems];
  let cvmfs: NamespaceReport | undefined;
  await noting(problems, async () => {
    const { trusted, config } = await openRepository(options.repo, openOptions(options, context));
    const masterKey = await readMasterPublicKey(keysOf(options), config.name);
    const view = { trusted, name: config.name, masterKey, now: context.now() };
    cvmfs = await verifyNamespace({ ...view, exists: (path) => exists(join(options.repo, path)) }, problems);
  });
  return { ...report, problems: distinct(problems), ...(cvmfs && { cvmfs }) };
}

async function verifyFiles(options: VerifyOptions, context: Context): Promise<VerifyReport> {
  const open = openOptions(options, context);
  const progress = new Progress(context, 'verifying');
  const trustedRoot = await readTrustedRoot(options.repo, open);
  return progress.during(() =>
    verifyRepository(options.repo, {
      source: openSource(options.repo),
      trustedRoot,
      open: () => openRepository(options.repo, open),
      events: progress,
    }),
  );
}

export function registerVerify(cli: Argv, context: Context): Argv {
  return cli.command(
    'verify <repo>',
    'read every stored file and compare it with what was signed',
    (command) =>
      withJson(withKeys(withRepo(command)))
        .option('cvmfs', {
          type: 'boolean',
          default: false,
          describe: 'also read it as CernVM-FS clients do',
        })
        .example('$0 verify /srv/julia', 'exit code 4 and the damaged files, if there are any')
        .example('$0 verify /mnt/copy --root root.json', 'a copy, against the root that nodes have'),
    async (options) => {
      const report = await verify(options, context);
      show(context, options.json, report, renderReport);
      if (report.problems.length === 0) return;
      throw new DepotError(
        'bad-digest',
        `${options.repo}: ${count(report.problems.length, 'problem')} found`,
        {
          hint: 'restore the files named above from a backup or a mirror',
        },
      );
    },
  );
}

function renderReport({ files, unreferenced, strangers, problems, cvmfs }: FullVerifyReport): string {
  const lines = [
    ...problems.map(({ code, message }) => `${code}: ${message}`),
    ...strangers.map((path) => `not part of the repository: ${path}`),
    ...(cvmfs === undefined ? [] : [renderNamespace(cvmfs)]),
    `${count(files, 'file')} checked, ${unreferenced} of them in no release, ${count(problems.length, 'problem')}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function renderNamespace({ revision, catalogs, entries }: NamespaceReport): string {
  return `CernVM-FS revision ${revision ?? 'unknown'}: ${count(entries, 'path')} in ${count(catalogs, 'catalog')}`;
}
