import type { VerifiedRelease } from '@depotcast/hydrator';
import { repository, targetName } from '@depotcast/hydrator/format';
import { renderBytes, shortHash } from '../commands/render.js';
import { type Html, html } from './html.js';
import { type Sharing, sharingOf, totalsOf } from './sharing.js';
import { channelsRunning, type Site } from './site.js';

/** Every release with its size, and how much of it others have as well. */
export function releasesSection(site: Site): Html {
  const { releases, storedBytes } = site;
  if (releases.length === 0) return html``;
  const sharing = sharingOf(releases);
  const largest = Math.max(...[...sharing.values()].map(({ own, shared }) => own + shared), 1);
  const { once, each } = totalsOf(releases);
  return html`<section id="releases">
    <h2>Releases</h2>
    <p>
      ${renderBytes(each)} of files in all releases, ${renderBytes(once)} with every shared layer counted
      once, stored as ${renderBytes(storedBytes)} of compressed objects.
    </p>
    <p class="soft">
      <span class="key own">of this release alone</span
      ><span class="key shared">shared with other releases</span>
    </p>
    <table>
      <thead>
        <tr>
          <th>Release</th>
          <th>Environment</th>
          <th>Targets</th>
          <th>Size, unpacked</th>
        </tr>
      </thead>
      <tbody>
        ${releases.map((release) => row(site, release, sharing.get(release.id), largest))}
      </tbody>
    </table>
  </section>`;
}

function row(
  site: Site,
  { id, release }: VerifiedRelease,
  { own, shared }: Sharing = { own: 0, shared: 0 },
  largest: number,
): Html {
  const manifest = repository.targetFile(targetName.release(id), id);
  const marks = [...channelsRunning(site, id), ...(site.pins.includes(id) ? ['pinned'] : [])];
  const targets = [...new Set(release.images.map(({ target }) => target))];
  return html`<tr id="release-${id}">
    <td>
      <strong>${release.name}</strong> ${marks.map((mark) => html`<span class="chip">${mark}</span>`)}<br />
      <a class="mono" href="${manifest}">${shortHash(id)}</a>
    </td>
    <td data-label="Environment">
      ${release.environment.name} <span class="soft">${release.environment.version}</span>
    </td>
    <td data-label="Targets">${targets.map((target) => html`<span class="chip">${target}</span>`)}</td>
    <td data-label="Size, unpacked">
      <span class="number">${renderBytes(own + shared)}</span>
      <span class="soft number">${renderBytes(own)} its own</span>
      <span class="bar" role="img" aria-label="${renderBytes(own)} of its own, ${renderBytes(shared)} shared"
        ><i class="own" style="width:${percent(own, largest)}"></i
        ><i class="shared" style="width:${percent(shared, largest)}"></i
      ></span>
    </td>
  </tr>`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)}%`;
}
