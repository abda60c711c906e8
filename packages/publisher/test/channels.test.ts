import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Channel, digestOf, type ReleaseId } from '@depotcast/hydrator/format';
import { planRollback } from '../src/channels/plan-rollback.js';
import { resolveRelease } from '../src/channels/resolve-release.js';

const id = (prefix: string): ReleaseId => `${prefix}${digestOf(prefix).slice(prefix.length)}` as ReleaseId;
const candidates = [
  { id: id('abcd1'), name: 'one' },
  { id: id('abcd2'), name: 'two' },
  { id: id('ffff0'), name: 'three' },
];

describe('a release is found', () => {
  for (const [prefix, name] of [
    ['abcd1', 'one'],
    ['FFFF', 'three'],
    [id('abcd2'), 'two'],
  ] as const) {
    test(`by ${prefix}`, () => {
      assert.equal(resolveRelease(prefix, candidates).name, name);
    });
  }

  test('once, when a history names it twice', () => {
    assert.equal(resolveRelease('ffff', [...candidates, ...candidates]).name, 'three');
  });
});

describe('no release is found', () => {
  const cases: [string, string, string, RegExp][] = [
    ['by a beginning of two', 'abcd', 'usage', /abcd1\w+ \(one\), abcd2\w+ \(two\)$/],
    ['by a beginning of none', '0000', 'not-found', /one.*two.*three/],
    ['by less than four digits', 'fff', 'usage', /three/],
    ['by what is no hash', 'prod', 'usage', /three/],
  ];
  for (const [name, prefix, code, hint] of cases) {
    test(name, () => {
      assert.throws(() => resolveRelease(prefix, candidates), { code, hint });
    });
  }
});

describe('a rollback', () => {
  const history: Channel = {
    format: 'depotcast-channel/1',
    channel: 'prod',
    entries: candidates.slice(0, 2).map(({ id: release, name }, index) => ({
      ...{ revision: index + 1, release, name },
      ...{ action: 'publish', at: '2026-01-01T00:00:00Z' },
    })),
  };
  const now = new Date('2026-11-21T10:00:00.900Z');

  test('appends to the history', () => {
    const { channel, previous } = planRollback(history, 'abcd1', now);
    const entry = {
      revision: 3,
      release: id('abcd1'),
      name: 'one',
      action: 'rollback',
      at: '2026-11-21T10:00:00Z',
    };
    assert.deepEqual(channel?.entries, [...history.entries, entry]);
    assert.equal(previous, id('abcd2'));
  });

  test('to what runs already changes nothing', () => {
    assert.equal(planRollback(history, 'abcd2', now).channel, undefined);
  });

  test("knows the channel's own releases only", () => {
    assert.throws(() => planRollback(history, 'ffff', now), { code: 'not-found', hint: /two.*one/ });
  });
});
