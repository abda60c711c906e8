import { repository } from '@depotcast/hydrator/format';
import { renderBytes } from '../commands/render.js';
import { channelsSection } from './channels-section.js';
import { type Html, html, Html as Raw } from './html.js';
import { imageSections } from './image-sections.js';
import { instant } from './instant.js';
import { releasesSection } from './releases-section.js';
import type { Site } from './site.js';
import { STYLE } from './style.js';
import { useSection } from './use-section.js';

/** By which a page of ours is known again. */
export const GENERATOR = '<meta name="generator" content="depot-publish site" />';

/** The page of a repository: one file that needs no other, and no script. Equal input gives an equal page. */
export function renderPage(site: Site): string {
  const { name, prefix, channels, releases, storedBytes } = site;
  const targets = new Set(releases.flatMap(({ release }) => release.images.map(({ target }) => target)));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${new Raw(GENERATOR)}
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${name}</title>
        <style>
          ${new Raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${name}</h1>
          <p class="lead">Precompiled Julia environments, seen by nodes at <code>${prefix}</code></p>
          <dl class="tiles">
            ${tile('Channels', channels.length)} ${tile('Releases', releases.length)}
            ${tile('CPU targets', targets.size)} ${tile('Stored', renderBytes(storedBytes))}
          </dl>
          <nav>
            <a href="#channels">Channels</a>
            ${releases.length > 0 ? html`<a href="#releases">Releases</a>` : ''}
            <a href="#use">How to use it</a>
            <a href="#verify">How to verify it</a>
          </nav>
        </header>
        <main>
          ${channelsSection(site)} ${releasesSection(site)} ${imageSections(site)} ${useSection(site)}
        </main>
        ${footer(site)}
      </body>
    </html> `;
  return page.text;
}

function tile(label: string, value: string | number): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;
}

function footer({ at, timestamp }: Site): Html {
  return html`<footer>
    <p>
      Written by <code>depot-publish site</code> on ${instant(at)} from
      <a href="${repository.metadataFile('timestamp')}">timestamp ${timestamp.version}</a>, which is valid
      until ${instant(timestamp.expires)}. The repository itself is described in
      <a href="${repository.config}">repository.json</a>.
    </p>
  </footer>`;
}
