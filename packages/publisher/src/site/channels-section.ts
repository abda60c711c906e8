import { type Channel, type ChannelEntry, currentEntry, type ReleaseId } from '@depotcast/hydrator/format';
import { shortHash } from '../commands/render.js';
import { type Html, html } from './html.js';
import { instant } from './instant.js';
import type { Site } from './site.js';

/** Where each channel stands, with its history, newest first. */
export function channelsSection({ channels, releases }: Site): Html {
  const published = new Set(releases.map(({ id }) => id));
  return html`<section id="channels">
    <h2>Channels</h2>
    ${channels.length === 0 ? html`<p class="soft">Nothing has been published yet.</p>` : ''}
    <div class="cards">${channels.map((channel) => card(channel, published))}</div>
  </section>`;
}

function card(channel: Channel, published: ReadonlySet<ReleaseId>): Html {
  const { name, at, revision, release } = currentEntry(channel);
  return html`<article class="card">
    <h3>${channel.channel}</h3>
    <div class="now"><a href="#release-${release}">${name}</a></div>
    <div class="soft">since ${instant(at)}, revision ${revision}</div>
    <details>
      <summary>History</summary>
      <ol class="history">
        ${channel.entries.toReversed().map((entry) => historyEntry(entry, published))}
      </ol>
    </details>
  </article>`;
}

function historyEntry({ name, release, action, at }: ChannelEntry, published: ReadonlySet<ReleaseId>): Html {
  const verb = action === 'rollback' ? 'back to ' : '';
  const link = published.has(release)
    ? html`<a href="#release-${release}">${name}</a>`
    : html`${name} <span class="soft">(retired)</span>`;
  return html`<li>
    ${verb}${link} <code class="soft">${shortHash(release)}</code><br /><span class="soft"
      >${instant(at)}</span
    >
  </li>`;
}
