import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorCode } from '@depotcast/hydrator/format';
import { chooseArchive } from '../debian-julia/apt-archive.js';
import {
  renderAptConfiguration,
  renderAptSources,
  transportLines,
} from '../debian-julia/apt-configuration.js';
import { aptFailure } from '../debian-julia/apt-failure.js';

const DEBIAN = 'http://mirror.example/debian';
const OTHER = 'http://vendor.example/apt';
const UNKNOWN = '$(ORIGIN)';

describe('chooseArchive', () => {
  const cases: readonly { name: string; lines: readonly string[]; expected: [string, string] | undefined }[] =
    [
      {
        name: "takes Debian's release, not its security fixes, updates or another vendor's suite of that name",
        lines: [
          `Packages|main|Vendor|bookworm|${OTHER}`,
          `Packages|main|Debian|bookworm-security|${DEBIAN}-security`,
          `Packages|main|Debian|bookworm-updates|${DEBIAN}`,
          `Packages|contrib|Debian|bookworm|${DEBIAN}`,
          `Packages|main|Debian|bookworm|${DEBIAN}`,
        ],
        expected: [DEBIAN, 'bookworm'],
      },
      {
        name: 'keeps the name that the sources give the suite',
        lines: [`Packages|main|Debian|stable|${DEBIAN}`],
        expected: [DEBIAN, 'stable'],
      },
      {
        name: 'without origins takes the site that serves the updates too',
        lines: [
          `Packages|main|${UNKNOWN}|bookworm|${OTHER}`,
          `Packages|main|${UNKNOWN}|bookworm|${DEBIAN}`,
          `Packages|main|${UNKNOWN}|bookworm-updates|${DEBIAN}`,
        ],
        expected: [DEBIAN, 'bookworm'],
      },
      {
        name: 'without origins and updates takes the first site with a suite of Debian',
        lines: [`Packages|main|${UNKNOWN}|nodistro|${OTHER}`, `Packages|main|${UNKNOWN}|trixie|${DEBIAN}`],
        expected: [DEBIAN, 'trixie'],
      },
      {
        name: 'passes over installation media and other indexes',
        lines: [
          'Packages|main|Debian|bookworm|cdrom:[Debian 12]/',
          `Translations|main|Debian|bookworm|${OTHER}`,
          `Packages|main|Debian|bookworm|${DEBIAN}`,
        ],
        expected: [DEBIAN, 'bookworm'],
      },
      {
        name: 'finds none among the archives of another distribution',
        lines: [`Packages|main|Ubuntu|jammy|${OTHER}`, `Packages|main|${UNKNOWN}|jammy|${OTHER}`],
        expected: undefined,
      },
      { name: 'finds none in nothing', lines: [''], expected: undefined },
    ];
  for (const { name, lines, expected } of cases)
    test(name, () => {
      const chosen = chooseArchive(lines.join('\n'));
      assert.deepEqual(chosen && [chosen.site, chosen.suite], expected);
    });
});

describe("apt's world", () => {
  const world = {
    directory: '/a b/apt',
    archive: { site: DEBIAN, suite: 'bullseye' },
    arch: 'arm64',
  } as const;

  test('has one source, whose signature must be by a Debian key', () => {
    assert.equal(
      renderAptSources(world),
      `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg arch=arm64] ${DEBIAN} bullseye main\n`,
    );
  });

  test('names its own files and no configuration of the machine', () => {
    const text = renderAptConfiguration(world, ['Acquire::http::Proxy "http://proxy.example:3128";']);
    const lines = text.split('\n');
    for (const line of [
      'Dir::Etc::Main "/dev/null";',
      'Dir::Etc::Parts "/dev/null";',
      'Dir::State::Status "/a b/apt/status";',
      'Dir::Cache "/a b/apt/cache";',
      'APT::Architecture "arm64";',
      'Acquire::http::Proxy "http://proxy.example:3128";',
    ])
      assert.ok(lines.includes(line), `expected ${line} in\n${text}`);
  });

  test('takes from the machine how servers are reached, and nothing else', () => {
    const kept = [
      'Acquire::http "";',
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::http::Proxy::mirror.example "DIRECT";',
      'Acquire::HTTPS::CaInfo "/etc/ca.pem";',
    ];
    const left = [
      'Acquire::AllowInsecureRepositories "1";',
      'Acquire::httpfoo "1";',
      'APT::Update::Post-Invoke:: "true";',
      'APT::Get::AllowUnauthenticated "1";',
    ];
    assert.deepEqual(transportLines([...left, ...kept, ''].join('\n')), kept);
  });
});

describe('aptFailure', () => {
  const cases: readonly [ErrorCode, string][] = [
    ['unreachable', 'E: Failed to fetch http://m.example/InRelease  Could not connect to m.example:80'],
    ['unreachable', 'W: Failed to fetch http://m.example/InRelease  Temporary failure resolving'],
    ['bad-signature', 'W: GPG error: NO_PUBKEY 0\nE: The repository is not signed.\nW: Failed to fetch x'],
    ['bad-digest', 'E: Failed to fetch http://m.example/Packages.xz  Hash Sum mismatch'],
    ['storage', 'E: Failed to fetch x\nE: Write error - write (28: No space left on device)'],
    ['storage', "E: You don't have enough free space in /a/cache/archives/."],
    ['not-found', 'E: Unable to locate package julia'],
    ['unreachable', ''],
  ];
  for (const [code, stderr] of cases)
    test(`${code}: ${stderr.slice(0, 50)}`, () => {
      assert.equal(aptFailure('apt-get update', stderr).code, code);
    });

  test('repeats the last complaints', () => {
    const stderr = ['Reading...', ...[1, 2, 3, 4, 5].map((n) => `E: reason ${n}`)].join('\n');
    const { message } = aptFailure('apt-get update', stderr);
    assert.equal(message, 'apt-get update failed: E: reason 2; E: reason 3; E: reason 4; E: reason 5');
  });
});
