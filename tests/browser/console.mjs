// An office's first days in a real browser, story by story; each module has its own.
//
//     node console.mjs TRIEN FOLDER     TRIEN is the program; FOLDER receives its data and the pictures
//
// The pages are used with scripts switched off; what scripts add (passkeys, keys, lists that follow) is used with
// them. How each page is looked at, and that none is left out, is in eyes.mjs.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keys, roles, sessions, tokens } from './accounts.mjs';
import { register, seal } from './certificates.mjs';
import { documents } from './documents.mjs';
import { approve, lost, resume, slips, stuck } from './enrollment.mjs';
import { claim, claimAllSeen, claimEyesSee, judge, open, sitDown } from './eyes.mjs';
import { byName, byNumber, firstPeople, firstRun } from './first-run.mjs';
import { phonesOf } from './phones.mjs';
import { freePort, startProvider } from './provider.mjs';
import { certificateFor, serve } from './server.mjs';
import { byProvider, passkey } from './sign-in.mjs';
import { levels, merger, posts, prompts, split, webhooks } from './units.mjs';
import { wave, waveOfUnits } from './waves.mjs';

const [trien, folder] = process.argv.slice(2);
const NAME = 'ky.dongmay.gov.vn';

async function main() {
  mkdirSync(folder, { recursive: true });
  phonesOf(trien, folder);
  const tls = certificateFor(NAME, folder);
  const browser = await open(folder, tls.spki, NAME);
  try {
    await claimEyesSee();
    await byNumber(await serve(trien, join(folder, 'number'), tls.options, (port) => `https://127.0.0.1:${port}`));
    await byName(await serve(trien, join(folder, 'name'), tls.options, (port) => `https://${NAME}:${port}`));
    await office();
    claimAllSeen();
  } catch (error) {
    claim('every story comes to its end', false, error.stack);
  } finally {
    await browser.close();
  }
  process.exitCode = judge() ? 0 : 1;
}

async function office() {
  const port = await freePort();
  const secret = join(folder, 'oidc-secret');
  writeFileSync(secret, 'only: to try it out');
  const provider = await startProvider([`http://127.0.0.1:${port}/console/sign-in/provider/back`], 'only: to try it out');
  const options = ['--oidc-issuer', provider.issuer, '--oidc-client-id', 'trien', '--oidc-name', 'Cổng định danh', '--oidc-client-secret-file', secret];
  const server = await serve(trien, join(folder, 'data'), options, null, port);
  try {
    await firstDays(server);
    await byProvider(server.base, provider);
  } finally {
    provider.stop();
    server.stop();
  }
}

async function firstDays({ base, code }) {
  const hanh = await sitDown(base);
  await firstRun(hanh, code);
  const binh = await sitDown(base);
  await binh.go('/people');
  claim('nobody sees a page without signing in', binh.page.url().endsWith('/console/sign-in'));
  await binh.look('sign-in');
  const link = await firstPeople(hanh);
  const device = await approve(hanh, link);
  await register(hanh);
  await hanh.page.goto(device);
  await resume(hanh, binh);
  await roles(hanh);
  await posts(hanh);
  await merger(hanh);
  await tokens(hanh);
  await slips(hanh);
  await levels(hanh);
  await prompts(hanh);
  await webhooks(hanh, join(folder, 'data'));
  await lost(hanh, join(folder, 'data'));
  await sessions(hanh);
  await seal(hanh, folder);
  await hanh.signIn('hanh');
  await waveOfUnits(hanh);
  await stuck(hanh, join(folder, 'data'));
  await split(hanh);
  await hanh.signOut();
  await wave(hanh, folder);
  await documents(hanh);
  await passkey(base);
  await keys(base);
  await hanh.go('/language/en');
  await hanh.go('/sign-in');
  claim('the pages speak English', (await hanh.page.textContent('h1')) === 'Sign in');
}

await main();
