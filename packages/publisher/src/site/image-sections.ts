import type { VerifiedRelease } from '@depotcast/hydrator';
import type { Environment, Image, Release } from '@depotcast/hydrator/format';
import { coverageOf, type CoverageRow } from '../coverage/coverage.js';
import { coverageTable } from '../coverage/coverage-table.js';
import { count } from '../commands/render.js';
import { type Html, html } from './html.js';
import { channelsRunning, type Site } from './site.js';

/** What the channels run: images with the features that they need, which CPUs get them, and the packages in them. */
export function imageSections(site: Site): Html {
  const running = site.releases.filter(({ id }) => channelsRunning(site, id).length > 0);
  return html`${running.map((release) => section(release, channelsRunning(site, release.id)))}`;
}

function section({ id, release }: VerifiedRelease, channels: readonly string[]): Html {
  const coverage = coverageOf(release);
  return html`<section id="images-${id}">
    <h2>${release.name} <span class="soft">in ${channels.join(', ')}</span></h2>
    <p class="soft">
      ${release.pathBound ? 'Runs only at' : 'Built at'} <code>${release.prefix}</code>. A node gets the
      strongest image whose features its CPU has, all of them.
    </p>
    ${release.environments.map((environment) => environmentPart(release, environment, coverage))}
  </section>`;
}

function environmentPart(release: Release, environment: Environment, coverage: readonly CoverageRow[]): Html {
  const images = release.images
    .filter((image) => image.environment === environment.name)
    .sort((a, b) => b.arch.localeCompare(a.arch) || b.requires.length - a.requires.length);
  const rows = coverage.filter((row) => row.environment === environment.name);
  const served = rows.filter(({ image }) => image !== null).length;
  return html`<h3>Environment ${environment.name}</h3>
    <table>
      <thead>
        <tr>
          <th>Target</th>
          <th>Starts from</th>
          <th>Julia</th>
          <th>CPU features that it needs</th>
        </tr>
      </thead>
      <tbody>
        ${images.map(imageRow)}
      </tbody>
    </table>
    <details>
      <summary>Known CPUs: ${served} of ${rows.length} get an image</summary>
      ${coveragePart(rows)}
    </details>
    <details>
      <summary>${count(environment.packages.length, 'package')}</summary>
      <ul class="packages">
        ${environment.packages.map(
          ({ name, version }) =>
            html`<li><span>${name}</span><span class="soft number">${version ?? ''}</span></li>`,
        )}
      </ul>
    </details>`;
}

function imageRow({ target, start, julia, arch, requires, flags }: Image): Html {
  return html`<tr>
    <td><strong>${target}</strong> <span class="soft">${arch}</span></td>
    <td data-label="Starts from" class="line">${start === 'sysimage' ? 'system image' : 'package caches'}</td>
    <td data-label="Julia">
      <span class="number">${julia.version}</span> <code class="soft">${flags.join(' ')}</code>
    </td>
    <td data-label="CPU features that it needs" class="features mono">
      ${requires.length === 0 ? 'none beyond the baseline' : requires.join(' ')}
    </td>
  </tr>`;
}

function coveragePart(rows: readonly CoverageRow[]): Html {
  const cells = coverageTable(rows).slice(1);
  return html`<table>
    <thead>
      <tr>
        <th>CPU</th>
        <th>Image</th>
        <th>Next better image, and what is missing for it</th>
      </tr>
    </thead>
    <tbody>
      ${cells.map(([cpu = '', image = '', better = ''], index) => coverageRow(rows[index], cpu, image, better))}
    </tbody>
  </table>`;
}

function coverageRow(row: CoverageRow | undefined, cpu: string, image: string, better: string): Html {
  const mark = row?.image == null ? 'none' : row.passedOver.length > 0 ? 'weaker' : 'best';
  return html`<tr>
    <td>${cpu}</td>
    <td data-label="Image"><span class="dot ${mark}">${image}</span></td>
    <td data-label="Next better image, and what is missing" class="features">${better}</td>
  </tr>`;
}
