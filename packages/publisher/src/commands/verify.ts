import type { Argv } from 'yargs';
import { openSource } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { verifyRepository, type VerifyReport } from '../maintenance/verify.js';
import { openRepository, readTrustedRoot } from '../repository/open-repository.js';
import { type Context, show } from './context.js';
import { openOptions, type RepoOptions, withJson, withKeys, withRepo } from './options.js';
import { Progress } from './progress.js';
import { count } from './render.js';

export async function verify(options: RepoOptions, context: Context): Promise<VerifyReport> {
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

function renderReport({ files, unreferenced, strangers, problems }: VerifyReport): string {
  const lines = [
    ...problems.map(({ code, message }) => `${code}: ${message}`),
    ...strangers.map((path) => `not part of the repository: ${path}`),
    `${count(files, 'file')} checked, ${unreferenced} of them in no release, ${count(problems.length, 'problem')}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
