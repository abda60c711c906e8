import { existsSync } from 'node:fs';
import { after } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Why tests that need a browser cannot run here, or false. */
export const chromiumMissing = existsSync(CHROMIUM)
  ? false
  : 'chromium is not installed (Debian package chromium)';

/** A browser with a profile of its own, which asks nobody for anything; closed when the test file has ended. */
export async function startChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
  after(() => browser.close());
  return browser;
}

/** What a page complained about or asked for while it was looked at. */
export interface Watch {
  readonly complaints: string[];
  /** URLs. */
  readonly requests: string[];
}

export function watch(page: Page): Watch {
  const seen: Watch = { complaints: [], requests: [] };
  page.on('console', (message) => seen.complaints.push(message.text()));
  page.on('pageerror', (error) => seen.complaints.push(error.message));
  page.on('requestfailed', (request) => seen.complaints.push(`${request.url()} failed`));
  page.on('request', (request) => seen.requests.push(request.url()));
  return seen;
}
