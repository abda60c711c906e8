import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { decide } from '../src/commands/decide.js';
import { explain } from '../src/commands/explain.js';
import { DepotError, TARGETS } from '../src/format/index.js';
import type { HostFeatures } from '../src/host/host-features.js';
import { effectiveHost } from '../src/job/effective-host.js';
import { quote } from '../src/launch/quote.js';
import { renderLogLine } from '../src/select/log-line.js';
import { requireImage } from '../src/select/select-image.js';
import { fakeJulia, release, releaseId, scratch, script } from './activated.js';
import { type Case, generateCases, recordedCases } from './generate-cases.js';

/** What a selector says: its exit code, and all lines, warnings first. */
interface Answer {
  readonly status: number;
  readonly said: readonly string[];
}

interface Written extends Case {
  readonly cpuinfoFile: string;
  readonly configFile: string;
}

const recorded = await writeCases('recorded', recordedCases());
const generated = await writeCases('generated', generateCases(3000));

/** Every shell and awk that a node may have, and how many of the generated hosts each gets; a process each. */
const SELECTORS = [
  { shell: ['dash'], awk: 'mawk', hosts: 3000 },
  { shell: ['busybox', 'sh'], awk: 'busybox', hosts: 1000 },
  { shell: ['bash', '--posix'], awk: 'gawk', hosts: 300 },
];

test('there are enough kinds of case among the generated ones', async () => {
  const answers = await Promise.all(generated.map(answerHere));
  const share = (holds: (answer: Answer) => boolean): number => answers.filter(holds).length / answers.length;
  for (const { name } of TARGETS) {
    const gets = share(({ said }) => said.some((line) => line.startsWith(name) && line.endsWith(': chosen')));
    assert.ok(gets > 0.002, `${name} is chosen for ${gets * 100} %`);
  }
  assert.ok(share(({ status }) => status === 2) > 0.05, 'files of caps are refused');
  const said = ['capped at', 'against the cap', 'expect a crash', 'ignored: the release', 'ignored: missing'];
  for (const part of [...said, 'differ', 'without sve', 'not of', 'lists no features']) {
    const found = answers.filter((answer) => answer.said.some((line) => line.includes(part)));
    assert.ok(found.length >= 10, `'${part}' is said of ${found.length} hosts`);
  }
});

for (const { shell, awk, hosts } of SELECTORS) {
  const skip = [shell[0] ?? '', awk].find((program) => find(program) === undefined);
  const name = `${shell.join(' ')} with ${awk}`;
  test(
    `${name} answers as the hydrator does`,
    { skip: skip !== undefined && `no ${skip} here` },
    async () => {
      const cases = [...recorded, ...generated.slice(0, hosts)];
      const answers = await answersInShell(shell, awk, cases, (written) => [
        '--explain',
        ...options(written),
      ]);
      for (const [index, written] of cases.entries()) {
        assert.deepEqual(answers[index], await answerHere(written), describe(written));
      }
    },
  );
}

test('the line for the log is the same, and so is the refusal where there is no image', async () => {
  const cases = generated.slice(0, 300);
  const answers = await answersInShell(['sh'], 'awk', cases, (written) => [
    ...['--env', '--julia', fakeJulia],
    ...options(written),
  ]);
  for (const [index, written] of cases.entries()) {
    const { status, said } = answers[index] ?? { status: -1, said: [] };
    const lines = said.filter((line) => /^(?:depotcast|activate): /.test(line));
    assert.deepEqual({ status, said: lines }, await logHere(written), describe(written));
    assert.ok(lines.every((line) => line.length <= 500 || status !== 0));
  }
});

/** One run of the real script for each case, all of them from one shell. */
async function answersInShell(
  shell: readonly string[],
  awk: string,
  cases: readonly Written[],
  argumentsFor: (written: Written) => readonly string[],
): Promise<Answer[]> {
  const bin = await mkdtemp(join(scratch, `bin-${awk}-`));
  await symlink(find(awk) ?? '', join(bin, 'awk'));
  const driver = join(bin, 'drive');
  const lines = cases.map((written) => {
    const command = [...shell, script, ...argumentsFor(written)].map(quote).join(' ');
    return `DEPOT_TARGET=${quote(written.override)} ${command} 2>&1; echo "@ $?"`;
  });
  await writeFile(driver, `cd ${quote(bin)}\n${lines.join('\n')}\n`);
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const { stdout, stderr, error } = spawnSync('sh', [driver], { env, encoding: 'utf8', maxBuffer: 1 << 30 });
  assert.equal(error, undefined);
  assert.equal(stderr, '');
  return [...stdout.matchAll(/([^]*?)\n@ (\d+)\n/g)].map(([, said = '', status]) => ({
    status: Number(status),
    said: said.split('\n'),
  }));
}

async function answerHere(written: Written): Promise<Answer> {
  return answer(written, (host, context) => {
    const { images, warnings } = explain({ id: releaseId, release }, host, {}, context);
    return [
      ...warnings.map((warning) => `warning: ${warning}`),
      ...images.map(({ target, start, why }) => `${target} ${start}: ${why}`),
    ];
  });
}

/** The line for the job's log, as `env` and `exec` write it, or why there is no job. */
async function logHere(written: Written): Promise<Answer> {
  return answer(written, (host, context) => {
    const { decision } = decide(release, host, {}, context);
    return [
      renderLogLine(`${release.name} (${releaseId.slice(0, 12)})`, requireImage(decision, host), decision),
    ];
  });
}

async function answer(
  written: Written,
  say: (host: HostFeatures, context: Parameters<typeof decide>[3]) => string[],
): Promise<Answer> {
  try {
    const host = await effectiveHost(hostOptions(written), release.images, {});
    return { status: 0, said: say(host, { env: { DEPOT_TARGET: written.override } }) };
  } catch (error) {
    if (!(error instanceof DepotError)) throw error;
    return { status: error.exitCode, said: [`activate: error: ${error.message}`] };
  }
}

async function writeCases(name: string, cases: readonly Case[]): Promise<Written[]> {
  const directory = join(scratch, name);
  await mkdir(directory);
  return Promise.all(
    cases.map(async (one, index) => {
      const [cpuinfoFile, configFile] = [
        join(directory, `${index}.cpuinfo`),
        join(directory, `${index}.toml`),
      ];
      await writeFile(cpuinfoFile, one.cpuinfo);
      if (one.config !== undefined) await writeFile(configFile, one.config);
      return { ...one, cpuinfoFile, configFile };
    }),
  );
}

function hostOptions({ cpuinfoFile, configFile, machine, host, config }: Written) {
  return {
    ...{ cpuinfo: cpuinfoFile, machine },
    ...(host === undefined ? {} : { host }),
    ...(config === undefined ? {} : { config: configFile }),
  };
}

function options(written: Written): string[] {
  return Object.entries(hostOptions(written)).flatMap(([name, value]) => [`--${name}`, value]);
}

function describe({ cpuinfo, machine, host, config, override }: Written): string {
  return JSON.stringify({ machine, host, override, config, cpuinfo }, null, 2);
}

/** Where the PATH has a program. */
function find(program: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
