import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';

const NGINX = '/usr/sbin/nginx';

/** Why tests that need nginx cannot run here, or false. */
export const nginxMissing = existsSync(NGINX) ? false : 'nginx is not installed (Debian package nginx-light)';

/**
 * Serves a folder on a loopback port until the test file has ended.
 * @param directives further ones for the folder, each with its semicolon
 * @returns the URL of the folder
 */
export async function serve(folder: string, scratch: string, directives = ''): Promise<string> {
  const port = await freePort();
  const home = join(scratch, `nginx-${port}`);
  await mkdir(home);
  await writeFile(join(home, 'nginx.conf'), configuration(folder, home, port, directives));
  const child = spawn(NGINX, ['-p', home, '-c', join(home, 'nginx.conf'), '-e', join(home, 'error.log')], {
    stdio: 'inherit',
  });
  after(() => child.kill());
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return url;
    await sleep(50);
  }
  throw new Error('nginx did not start');
}

/** The paths that were asked for with success, in order, each as often as it was. */
export async function servedPaths(url: string, scratch: string): Promise<string[]> {
  const log = await readFile(join(scratch, `nginx-${new URL(url).port}`, 'access.log'), 'utf8');
  return [...log.matchAll(/"GET (\S+) HTTP\/1\.1" 20[06] /g)].map(([, path = '']) => path);
}

function configuration(folder: string, home: string, port: number, directives: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${home}/${kind};`,
  );
  return `daemon off;
pid ${home}/pid;
worker_processes 1;
user ${process.getuid?.() === 0 ? 'root' : 'nobody'};
events {}
http {
  access_log ${home}/access.log;
  ${temporary.join('\n  ')}
  server { listen 127.0.0.1:${port}; root ${folder}; ${directives} }
}
`;
}
