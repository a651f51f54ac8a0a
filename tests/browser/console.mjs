// An office's first day in a real browser: set up, people, an invitation, a phone approved, and lost; the
// register of certificates, and a seal recorded in it.
//
//     node console.mjs TRIEN FOLDER     TRIEN is the program; FOLDER receives its data and the pictures
//
// Each page is looked at in the size of a desk and of a phone: axe finds nothing (WCAG 2.2 AA), nothing is
// wider than the screen, and nothing is loaded from elsewhere. The pages are used with scripts switched off.

import { spawn, execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const [trien, folder] = process.argv.slice(2);
const SENTENCE = 'trời xanh mây trắng nắng vàng';
const SIZES = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const pictures = join(folder, 'pictures');
const environment = { ...process.env, TRIEN_DATA: join(folder, 'data') };
const problems = [];
let passed = 0;

function claim(what, holds, found = '') {
  if (holds) passed += 1;
  else problems.push(`${what} ${found}`.trim());
}

async function main() {
  mkdirSync(pictures, { recursive: true });
  const run = promisify(execFile);
  await run(trien, ['init', '--unit', 'UBND tỉnh Đồng Mây', '--allow-software-keys'], { env: environment });
  const server = spawn(trien, ['serve', '--listen', '127.0.0.1:0'], { env: environment });
  const { base, code } = await greeting(server);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    await firstDay(browser, run, base, code);
  } finally {
    await browser.close();
    server.kill('SIGTERM');
  }
  for (const problem of problems) console.log(`browser: NO: ${problem}`);
  console.log(`${passed} passed, ${problems.length} failed`);
  process.exitCode = problems.length ? 1 : 0;
}

// The address and the setup code, from what the server prints.
function greeting(server) {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (bytes) => {
      said += bytes;
      const found = /open (http:\S+)\/console\/setup and type (\S+)/.exec(said);
      if (found && said.includes('"serving"')) resolve({ base: found[1], code: found[2] });
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.on('exit', () => reject(new Error(`the server ended: ${said}`)));
  });
}

async function firstDay(browser, run, base, code) {
  // One context without scripts does the work; one with them looks, because axe is a script.
  const worker = await browser.newContext({ locale: 'vi-VN', javaScriptEnabled: false });
  const page = await worker.newPage();
  page.on('request', (request) => claim('nothing is loaded from elsewhere', request.url().startsWith(base), request.url()));
  const look = (name) => inspect(browser, worker, page.url(), name);
  const fill = async (values) => {
    for (const [id, value] of Object.entries(values)) await page.fill(`#${id}`, value);
  };
  const news = async (what) => claim(what, await page.locator('.news[role=status]').count(), page.url());

  await page.goto(`${base}/console`);
  claim('nobody sees a page without signing in', page.url().endsWith('/console/sign-in'));
  await look('sign-in');
  await page.goto(`${base}/console/setup`);
  await look('setup');
  const person = { name: 'Nguyễn Thị Hạnh', login: 'hanh', password: SENTENCE, again: SENTENCE };
  await fill({ code: 'SAI-MA', ...person });
  await page.click('main button');
  claim('a wrong code is told', await page.locator('.fault').count());
  claim('what was typed stays', (await page.inputValue('#name')) === person.name);
  await fill({ code, password: SENTENCE, again: SENTENCE });
  await page.click('main button');
  await news('the first account is made');
  await fill({ name: 'Trần Văn Bình', login: 'binh', password: SENTENCE });
  await page.selectOption('#role', 'enrollment-officer');
  await page.click('section button');
  await news('a second person is added');
  await fill({ name: 'Phạm Thị Chung', login: 'chung', password: SENTENCE });
  await page.selectOption('#role', 'ca-officer');
  await page.click('section button');
  await news('a CA officer is added');
  await look('accounts');

  for (const name of ['Sở Nội vụ', 'Ủy ban nhân dân xã Minh Tân, huyện Kiến Xương, tỉnh Thái Bình']) {
    await page.goto(`${base}/console/units`);
    await fill({ name });
    await page.click('section button');
    await news('a unit is added');
  }
  await look('units');
  for (const [name, position] of [['Nguyễn Văn Ân', 'Chủ tịch Ủy ban nhân dân'], ['Lê Thị Khuê', 'Phó Chủ tịch'], ['Đặng Quốc Thỏa', 'Văn thư']]) {
    await page.goto(`${base}/console/people`);
    await fill({ name, position });
    await page.click('section button');
    await news('a person is added');
  }
  await page.fill('#q', 'khue');
  await page.press('#q', 'Enter');
  claim('a name is found without its marks', (await page.locator('tbody tr').count()) === 1);
  await look('people');
  await page.click('td button');
  const link = await page.inputValue('#link');
  claim('an invitation has a QR code', await page.locator('.qr svg').count());

  await approve(page, run, base, link, look, news);
  await register(page, base, look);
  await page.goto(`${base}/console/sessions`);
  await look('sessions');
  await page.click('header button');
  claim('signing out ends the session', page.url().endsWith('/console/sign-in'));
  await seal(page, base, look, news);
  await page.goto(`${base}/console/language/en`);
  await page.goto(`${base}/console/sign-in`);
  claim('the pages speak English', (await page.textContent('h1')) === 'Sign in');
}

// The headless companion enrolls, reads out its digits, and the officer types them.
async function approve(page, run, base, link, look, news) {
  const env = { ...environment, TRIEN_PHONE_PASSPHRASE: 'chỉ để thử' };
  const enrolling = spawn(trien, ['phone', '--folder', join(folder, 'phone'), 'enroll', link], { env });
  const digits = await new Promise((resolve, reject) => {
    let said = '';
    const hear = (bytes) => {
      said += bytes;
      const found = /\b(\d{4} \d{4})\b/.exec(said);
      if (found) resolve(found[1]);
    };
    enrolling.stdout.on('data', hear);
    enrolling.stderr.on('data', hear);
    enrolling.on('exit', () => reject(new Error(`the companion ended: ${said}`)));
  });
  await page.goto(`${base}/console`);
  claim('a waiting device is counted', (await page.textContent('.count')) === '1');
  await look('home');
  await page.goto(`${base}/console/devices`);
  await look('devices');
  await page.click('tbody a');
  claim('no page shows the digits', !(await page.content()).includes(digits));
  await page.fill('#code', '0000 0000');
  await page.click('#approve ~ form button');
  claim('wrong digits are told', await page.locator('.fault').count());
  await page.screenshot({ path: join(pictures, 'device-wrong-desk.png'), fullPage: true });
  await page.fill('#code', digits);
  await page.click('#approve ~ form button');
  await news('the phone is approved');
  enrolling.kill();
  await page.fill('#why-suspend', 'mất máy');
  await page.click('#suspend ~ form button');
  await news('a lost phone is suspended');
  await look('device');
}

// Who enrolls devices sees the register, and acts on nothing in it.
async function register(page, base, look) {
  await page.goto(`${base}/console/certificates?state=revoked`);
  claim('an empty list says how to see all', await page.locator('section a[href="/console/certificates"]').count());
  await page.goto(`${base}/console/certificates`);
  claim('the suspended certificate is listed', (await page.locator('tbody tr').count()) === 1);
  await page.selectOption('#state', 'suspended');
  await page.click('.filter button');
  claim('a filter keeps what fits', (await page.locator('tbody tr').count()) === 1);
  await look('certificates');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[href*="/export"]')]);
  claim('the list is downloaded as a sheet', download.suggestedFilename() === 'certificates.csv');
  await page.click('tbody a');
  claim('its life is told', (await page.locator('.timeline li').count()) >= 4);
  claim('who enrolls does not revoke here', !(await page.locator('#revoke').count()));
}

// A CA officer records the agency's seal, ends it, and sees why.
async function seal(page, base, look, news) {
  await page.goto(`${base}/console/sign-in`);
  await page.fill('#login', 'chung');
  await page.fill('#password', SENTENCE);
  await page.click('main button');
  await page.goto(`${base}/console/certificates/add`);
  await page.fill('#q', 'van thu');
  await page.click('main form button');
  await look('certificate-holder');
  await page.click('tbody a');
  await look('certificate-add');
  await page.selectOption('#kind', 'agency-seal');
  await page.setInputFiles('#file', 'tests/vectors/certificates/tls-server.pem');
  await page.click('main form button');
  claim('a certificate for servers is told', await page.locator('.fault').count());
  claim('what was chosen stays', (await page.inputValue('#kind')) === 'agency-seal');
  await page.screenshot({ path: join(pictures, 'certificate-unfit-desk.png'), fullPage: true });
  await page.setInputFiles('#file', 'tests/vectors/certificates/seal.pem');
  await page.click('main form button');
  await news('a seal is recorded');
  await look('certificate');
  await page.selectOption('#reason', 'superseded');
  await page.fill('#why', 'đổi tên cơ quan');
  await page.click('#revoke ~ form button');
  await news('a seal is ended');
  claim('everybody sees why', (await page.textContent('.timeline')).includes('đổi tên cơ quan'));
  await page.screenshot({ path: join(pictures, 'certificate-revoked-desk.png'), fullPage: true });
  await page.goto(`${base}/console/certificates`);
  await look('certificates-all');
  await page.goto(`${base}/console/certificates/counts`);
  claim('figures have a sum', await page.locator('tr.sum').count());
  await look('certificate-counts');
  await page.click('header button');
}

async function inspect(browser, worker, address, name) {
  const viewer = await browser.newContext({ storageState: await worker.storageState(), locale: 'vi-VN' });
  const page = await viewer.newPage();
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await page.goto(address);
    await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    claim(`${name} fits the ${size}`, wide <= 0, `${wide} pixels too wide`);
    const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
    claim(`${name} on the ${size} is accessible`, !violations.length, violations.map((found) => found.id).join(', '));
  }
  await viewer.close();
}

await main();
