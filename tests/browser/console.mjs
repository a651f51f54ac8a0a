// An office's first day in a real browser: set up, people, an invitation, a phone approved, and lost; the
// register of certificates, and a seal recorded in it; a wave whose certificates come from an outside
// authority, which the openssl command plays; a document that a clerk submits and follows.
//
//     node console.mjs TRIEN FOLDER     TRIEN is the program; FOLDER receives its data and the pictures
//
// Each page is looked at in the size of a desk and of a phone: axe finds nothing (WCAG 2.2 AA), nothing is
// wider than the screen, and nothing is loaded from elsewhere. The pages are used with scripts switched off; what
// scripts add (passkeys, keys, lists that follow) is used with them.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { freePort, startProvider } from './provider.mjs';

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
  const port = await freePort();
  const secret = 'only: to try it out';
  writeFileSync(join(folder, 'oidc-secret'), secret);
  const provider = await startProvider([`http://127.0.0.1:${port}/console/sign-in/provider/back`], secret);
  const options = ['--oidc-issuer', provider.issuer, '--oidc-client-id', 'trien', '--oidc-name', 'Cổng định danh',
    '--oidc-client-secret-file', join(folder, 'oidc-secret')];
  const server = spawn(trien, ['serve', '--listen', `127.0.0.1:${port}`, ...options], { env: environment });
  const { base, code } = await greeting(server);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    await firstDay(browser, base, code);
    await byProvider(browser, base, provider);
  } finally {
    await browser.close();
    provider.stop();
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
      if (found && said.includes('waiting for an office')) resolve({ base: found[1], code: found[2] });
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.on('exit', () => reject(new Error(`the server ended: ${said}`)));
  });
}

async function firstDay(browser, base, code) {
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
  claim('an empty folder asks for its office', page.url().endsWith('/console/setup'));
  claim('without TLS the first page says so, and how to get it', (await page.textContent('#plain')).includes('--tls-cert'));
  claim('a password is enough until then', await page.locator('#password').count());
  await look('setup');
  const person = { name: 'Nguyễn Thị Hạnh', login: 'hanh', password: SENTENCE, again: SENTENCE };
  await fill({ code: 'SAI-MA', unit: 'UBND tỉnh Đồng Mây', ...person });
  await page.check('input[name=trial]');
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
  await fill({ name: 'Vũ Thị Dung', login: 'dung', password: SENTENCE });
  await page.selectOption('#role', 'administrator');
  await page.click('section button');
  await news('a second administrator is added');
  await look('accounts');
  const stranger = await browser.newContext({ locale: 'vi-VN', javaScriptEnabled: false });
  const outside = await stranger.newPage();
  await outside.goto(`${base}/console/people`);
  claim('nobody sees a page without signing in', outside.url().endsWith('/console/sign-in'));
  await inspect(browser, stranger, outside.url(), 'sign-in');

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
  await tables(page, look, news, fill);
  await page.goto(`${base}/console/people?q=khue`);
  await page.click('td button');
  const link = await page.inputValue('#link');
  claim('an invitation has a QR code', await page.locator('.qr svg').count());

  await approve(page, base, link, look, news);
  const device = page.url();
  await register(page, base, look);
  await page.goto(device);
  await resume(page, outside, base, look, news);
  await roles(page, browser, base, look, news);
  await posts(page, base, look, news);
  await merger(page, base, look, news);
  await tokens(page, base, look);
  await slips(page, base, look, news);
  await levels(page, base, look, news);
  await page.goto(`${base}/console/sessions`);
  await look('sessions');
  await page.click('header button');
  claim('signing out ends the session', page.url().endsWith('/console/sign-in?news=out'));
  await seal(page, base, look, news);
  await wave(page, outside, base, look, news);
  await documents(page, browser, base, news);
  await passkey(browser, base);
  await keys(browser, base);
  await page.goto(`${base}/console/language/en`);
  await page.goto(`${base}/console/sign-in`);
  claim('the pages speak English', (await page.textContent('h1')) === 'Sign in');
}

// A table with problems, the same one mended and carried out, and pages of those it added.
async function tables(page, look, news, fill) {
  const head = 'Số hiệu;Họ và tên;Chức vụ;Đơn vị;Thư điện tử';
  const upload = async (rows) => {
    const buffer = Buffer.from(`\ufeff${[head, ...rows].join('\r\n')}`);
    await page.setInputFiles('#file', { name: 'can-bo.csv', mimeType: 'text/csv', buffer });
    await page.click('main form button');
  };
  await page.click('a[href="/console/import/people"]');
  await look('import');
  const good = Array.from({ length: 60 }, (_, at) => `CB-${at};Nguyễn Văn Thứ ${at};Chuyên viên;Sở Nội vụ;`);
  await upload(['CB-1;Trần Thị Mơ;;Sở Nội vụ;mo@x', 'CB-1;Phạm Tường Vi;Chuyên viên;Sở Không Có Thật;', ...good.slice(0, 3)]);
  claim('a faulty table is told', await page.locator('.fault[role=alert]').count());
  claim('every problem has its row', (await page.locator('tbody tr').count()) === 3);
  claim('a faulty table cannot be carried out', !(await page.locator('#why').count()));
  await lookHere(page, 'import-faulty');
  await page.click('main > p a');
  await upload(good);
  claim('what would be done is shown', (await page.textContent('dl')).includes('60'));
  await lookHere(page, 'import-ready');
  await fill({ why: 'nhận bàn giao' });
  await page.click('main form button');
  await news('the table is carried out');
  claim('a page has fifty people', (await page.locator('tbody tr').count()) === 50);
  await look('people-page');
  await page.click('a[rel=next]');
  claim('the next page has the others', (await page.locator('tbody tr').count()) === 13);
  await page.click('a[rel=prev]');
  claim('and leads back', (await page.locator('tbody tr').count()) === 50);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="people.xlsx"]')]);
  claim('people are exported', download.suggestedFilename() === 'people.xlsx');
}

// What only a form leads to cannot be opened again by its address.
async function lookHere(page, name) {
  const [text, address, context] = [await page.content(), page.url(), page.context()];
  // The answer to a form cannot be asked for again, and axe is a script: its text is shown anew.
  const show = (shown) => shown.route((url) => url.href === address, (route) => route.fulfill({ body: text, contentType: 'text/html; charset=utf-8' }));
  await inspect(context.browser(), context, address, name, show);
}

// The headless companion enrolls, and reads out its digits.
async function enroll(link, name) {
  const env = { ...environment, TRIEN_PHONE_PASSPHRASE: 'chỉ để thử' };
  const enrolling = spawn(trien, ['phone', '--folder', join(folder, name), 'enroll', link], { env });
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
  return { process: enrolling, digits };
}

// The officer types the digits.
async function approve(page, base, link, look, news) {
  const follower = await watch(page, `${base}/console/devices`);
  const { process: enrolling, digits } = await enroll(link, 'phone');
  await follower.waitForSelector('#live tbody a', { timeout: 20_000 });
  claim('a page that is open shows the new device', true);
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
  const suspended = follower.locator('#live .tag', { hasText: 'Tạm khóa' });
  await suspended.waitFor({ timeout: 20_000 }).catch(() => {});
  claim('and that it is suspended', await suspended.count(), await follower.textContent('#live'));
  claim('what moved is said to those who cannot see it', (await follower.textContent('#moved')) !== '');
  await follower.context().close();
  await look('device');
  const device = page.url();
  await page.goto(`${base}/console/devices`);
  await page.selectOption('#standing', 'suspended');
  await page.click('main form[role=search] button');
  claim('devices are filtered by standing', (await page.locator('#live tbody tr').count()) === 1);
  await look('devices-found');
  await page.fill('#q', 'khong ai ten nay');
  await page.click('main form[role=search] button');
  claim('and by name', (await page.locator('#live tbody tr').count()) === 0);
  claim('what was asked for stays asked', (await page.inputValue('#standing')) === 'suspended');
  await look('devices-none');
  await page.goto(device);
}

// The same person at another screen, with scripts, who touches nothing.
async function watch(page, address) {
  const context = await page.context().browser().newContext({ locale: 'vi-VN', storageState: await page.context().storageState() });
  const follower = await context.newPage();
  await follower.goto(address);
  return follower;
}

// The phone was found again: one asks, another one confirms.
async function resume(page, second, base, look, news) {
  await page.fill('#why-resume', 'tìm lại được máy trong xe');
  await page.click('#resume ~ form button');
  await news('somebody asks to resume');
  claim('nobody confirms what they asked for', !(await page.locator('form[action$="/confirm"]').count()));
  await second.goto(`${base}/console/sign-in`);
  await second.fill('#login', 'binh');
  await second.fill('#password', SENTENCE);
  await second.click('main button');
  claim('the second person is told', (await second.locator('#to-confirm ~ ul a').count()) === 1);
  await second.screenshot({ path: join(pictures, 'home-confirm-desk.png'), fullPage: true });
  await second.click('#to-confirm ~ ul a');
  await second.screenshot({ path: join(pictures, 'device-confirm-desk.png'), fullPage: true });
  await second.click('form[action$="/confirm"] button');
  claim('the phone is resumed', await second.locator('.news[role=status]').count());
}

// Phones are in use: a CA officer is proposed by one administrator and confirmed by another.
async function roles(page, browser, base, look, news) {
  await page.goto(`${base}/console/accounts`);
  await page.fill('#name', 'Đỗ Văn Ký');
  await page.fill('#login', 'ky');
  await page.fill('#password', SENTENCE);
  await page.selectOption('#role', 'ca-officer');
  await page.click('#add ~ form button');
  await news('a CA officer is proposed');
  await look('accounts-waiting');
  await page.selectOption('#state', 'waiting');
  await page.click('.filter button');
  claim('who waits is found', (await page.locator('tbody tr').count()) === 1);
  await page.fill('#q', 'do van ky');
  await page.click('.filter button');
  await page.click('tbody a');
  claim('nobody confirms the own proposal', !(await page.locator('form[action$="/confirm"]').count()));
  const context = await browser.newContext({ locale: 'vi-VN', javaScriptEnabled: false });
  const other = await context.newPage();
  await other.goto(`${base}/console/sign-in`);
  await other.fill('#login', 'dung');
  await other.fill('#password', SENTENCE);
  await other.click('main button');
  claim('the second administrator is told', (await other.locator('#roles ~ ul a').count()) === 1);
  await other.click('#roles ~ ul a');
  await inspect(browser, context, other.url(), 'account-confirm');
  await other.click('form[action$="/confirm"] button');
  claim('a role is confirmed', await other.locator('.news[role=status]').count());
  await page.goto(`${base}/console/accounts?q=chung`);
  await page.click('tbody a');
  await page.selectOption('#role', 'auditor');
  await page.fill('#why-give', 'kiêm nhiệm');
  await page.click('#give ~ form button');
  await news('a role is given');
  await look('account');
  await page.click('summary >> nth=0');
  await page.fill('details[open] input[name=why]', 'thôi kiêm nhiệm');
  await page.click('details[open] button');
  await news('a role is taken away');
  await page.fill('#why-sign-out', 'nghi mất máy');
  await page.click('#sign-out ~ form button');
  await news('sessions are ended');
  await context.close();
}

// A provider that we did not write signs people in, at another site than the console, without scripts and with them.
async function byProvider(browser, base, provider) {
  const context = await browser.newContext({ locale: 'vi-VN', javaScriptEnabled: false });
  const page = await context.newPage();
  const there = async (who, login) => {
    await who.waitForURL(`${provider.issuer}/interaction/**`);
    await who.fill('input[name=login]', login);
    await who.fill('input[name=password]', 'x');
    await who.click('button[type=submit]');
  };
  const agree = async (who) => {
    await who.waitForURL(`${provider.issuer}/interaction/**`);
    await who.click('button[type=submit]');
  };
  const byPassword = async () => {
    await page.goto(`${base}/console/sign-in`);
    await page.fill('#login', 'chung');
    await page.fill('#password', SENTENCE);
    await page.click('main form button');
  };
  await page.goto(`${base}/console/sign-in`);
  await inspect(browser, context, page.url(), 'sign-in-provider');
  await page.click('a[href="/console/sign-in/provider"]');
  await there(page, 'nguoi-la');
  await agree(page);
  await page.waitForURL(`${base}/console/sign-in/provider/back**`);
  claim('who is not linked is told the identifier', (await page.textContent('dl')).includes('nguoi-la'));
  claim('and nobody is signed in', await page.locator('.fault[role=alert]').count());
  await lookHere(page, 'provider-unlinked');
  await page.reload();
  claim('an answer counts once', (await page.textContent('.fault')).includes('năm phút'));
  await context.clearCookies();

  await byPassword();
  await page.goto(`${base}/console/sessions`);
  await page.fill('#link-password', SENTENCE);
  await page.click('#provider ~ form button');
  await there(page, 'chung-o-tinh');
  await agree(page);
  await page.waitForURL(`${base}/console/sessions?news=linked`);
  claim('the own account is linked', (await page.textContent('#provider ~ p')).includes('chung-o-tinh'));
  await inspect(browser, context, `${base}/console/sessions`, 'own-provider');
  await page.click('header button');
  claim('the session there goes on, and that is said', (await page.textContent('.news')).includes('Cổng định danh'));
  await page.click('a[href="/console/sign-in/provider"]');
  await page.waitForURL(`${base}/console`);
  claim('a provider signs in without scripts', (await page.textContent('.who')).includes('Phạm Thị Chung'));
  const cookies = await context.cookies(base);
  claim('the journey leaves no cookie', !cookies.some((cookie) => cookie.name.endsWith('provider')), JSON.stringify(cookies));
  claim('the session is strict', cookies.some((cookie) => cookie.name === 'trien-session' && cookie.sameSite === 'Strict'));

  await page.goto(`${base}/console/sessions`);
  await page.click('form:has(input[value=prove]) button');
  await there(page, 'chung-o-tinh');
  await page.waitForURL(`${base}/console/sessions?news=proved`);
  await page.fill('#chosen', `${SENTENCE} đẹp`);
  await page.fill('#again', `${SENTENCE} đẹp`);
  await page.click('#change ~ form button');
  claim('a fresh sign-in there stands for the password', await page.locator('.news[role=status]').count());
  await context.close();

  const scripted = await browser.newContext({ locale: 'vi-VN' });
  const other = await scripted.newPage();
  const faults = [];
  other.on('pageerror', (error) => faults.push(String(error)));
  await other.goto(`${base}/console/sign-in`);
  await other.click('a[href="/console/sign-in/provider"]');
  await there(other, 'chung-o-tinh');
  await Promise.race([agree(other), other.waitForURL(`${base}/console`)]);
  await other.waitForURL(`${base}/console`);
  claim('a provider signs in with scripts', (await other.textContent('.who')).includes('Phạm Thị Chung'));
  claim('no script fails beside it', !faults.length, faults.join('; '));
  await scripted.close();

  claim('the provider found no fault', !provider.faults.length, provider.faults.join('; '));
}

// A deputy becomes head of a department: what she holds is looked at, and done in one act.
async function posts(page, base, look, news) {
  await page.goto(`${base}/console/people?q=khue`);
  await page.click('tbody a');
  claim('a person has a page', (await page.textContent('h1')) === 'Lê Thị Khuê');
  await look('person');
  await page.selectOption('#kind', 'moves');
  await page.click('#change ~ form button');
  claim('a change without its new post is told', await page.locator('.fault[role=alert]').count());
  claim('what was chosen stays', (await page.inputValue('#kind')) === 'moves');
  await page.selectOption('#unit', { label: 'Sở Nội vụ' });
  await page.fill('#title', 'Giám đốc');
  await page.click('#change ~ form button');
  claim('the phone is proposed for revocation', (await page.inputValue('tbody select')).startsWith('revoke'));
  await look('post-change');
  await page.fill('#why', 'Quyết định 45/QĐ-UBND');
  await page.click('main form button');
  await news('the change of post is done');
  claim('the report has a line for each thing', (await page.locator('tbody tr').count()) === 2);
  await look('change');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="/csv"]')]);
  claim('the report is a sheet too', download.suggestedFilename() === 'change.csv');
  await page.click('dl a');
  claim('the person has both posts on the page', (await page.textContent('#posts ~ ul')).includes('Giám đốc'));
  await look('person-moved');
}

// A department becomes part of another unit, with everybody in it.
async function merger(page, base, look, news) {
  await page.goto(`${base}/console/units?q=noi+vu`);
  await page.click('tbody a');
  await look('unit');
  await page.selectOption('#into', { label: 'Ủy ban nhân dân xã Minh Tân, huyện Kiến Xương, tỉnh Thái Bình' });
  await page.click('#merge ~ form button');
  await page.waitForLoadState();
  claim('everybody is listed before', (await page.locator('tbody tr').count()) === 62);
  await look('unit-change');
  await page.fill('#why', 'Nghị quyết 12');
  await page.click('main form button');
  await news('the units are merged');
  await page.goto(`${base}/console/people?q=chuyen+vien+minh+tan`);
  claim('its people are found in the other unit', (await page.locator('tbody tr').count()) === 50);
  await page.goto(`${base}/console/changes`);
  claim('both reports are found again', (await page.locator('tbody tr').count()) === 2);
  await look('changes');
}

// Slips for a whole unit; one of its people comes with theirs, and types the short code that the officer reads
// out.
async function slips(page, base, look, news) {
  await page.goto(`${base}/console/units?q=minh+tan`);
  await page.click('tbody a');
  await page.click('#slips ~ form button');
  claim('slips are made for a unit, and shown', page.url().endsWith('/slips'), page.url());
  // Long pages arrive in pieces.
  await page.waitForLoadState();
  claim('a page has sixty slips', (await page.locator('.slip').count()) === 60);
  await look('slips');
  await page.emulateMedia({ media: 'print' });
  claim('only slips are printed', !(await page.locator('header').isVisible()) && !(await page.locator('.off-paper').first().isVisible()));
  // What a slip would cut off is not on the paper.
  const paper = await watch(page, page.url());
  await paper.setViewportSize({ width: 718, height: 1000 });
  await paper.emulateMedia({ media: 'print' });
  const cut = await paper.evaluate(() => [...document.querySelectorAll('.slip')].filter((slip) => slip.scrollHeight > slip.clientHeight || slip.scrollWidth > slip.clientWidth).length);
  claim('no slip is cut off on paper', cut === 0, `${cut} are`);
  const pdf = await paper.pdf({ path: join(pictures, 'slips.pdf'), format: 'A4', margin: { top: '1cm', bottom: '1cm', left: '1cm', right: '1cm' } });
  const sheets = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length;
  claim('five slips fit a sheet', sheets === 12, `${sheets} sheets`);
  await paper.context().close();
  await page.screenshot({ path: join(pictures, 'slips-print.png'), fullPage: true });
  await page.emulateMedia({ media: 'screen' });

  await page.goto(`${base}/console/people?q=thu+7`);
  await page.click('tbody a');
  const person = page.url();
  await look('person-slip');
  await page.click('a[href$="/slip"]');
  claim('one slip is printed alone', (await page.locator('.slip').count()) === 1);
  await look('slip');
  const [texts] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
  const letter = readFileSync(await texts.path(), 'utf8');
  const link = /http\S+\/e#slip\.\S+/.exec(letter)?.[0];
  claim('the letter has the link, and names the person', link && letter.includes('Nguyễn Văn Thứ 7'), letter);

  const phone = takeSlip(link, 'slip-phone');
  await phone.says(/ask your officer to start/);
  await page.goto(person);
  await page.click('form[action$="/session"] button');
  const code = (await page.textContent('.digits')).trim();
  claim('the short code has eight digits', /^\d{4} \d{4}$/.test(code), code);
  await lookHere(page, 'session');
  await sessionIsAccessible(page, person);
  await page.goto(person);
  await page.click('form[action$="/session"] button');
  const newer = (await page.textContent('.digits')).trim();
  await phone.says(/type the short code/);
  phone.types(code);
  await phone.says(/4 tries left/);
  claim('the code before does not open', !/^code /m.test(phone.said()), phone.said());
  await page.goto(person);
  claim('a try is counted on the page of the person', (await page.textContent('#enroll ~ dl')).includes('1/5'));
  await look('person-session');
  phone.types(newer);
  const [, digits] = await phone.says(/^code +(\d{4} \d{4})/m);
  await page.goto(`${base}/console/devices`);
  await page.click('tbody a');
  await look('device-by-slip');
  await page.fill('#code', digits);
  await page.click('#approve ~ form button');
  await news('the phone that came by a slip is approved');
  await phone.says(/enrolled|certificate/);
  phone.kill();
  await page.goto(person);
  claim('the slip is used up', !(await page.locator('form[action$="/session"]').count()));
  await look('person-slip-used');
}

// Only a form leads to it, and axe needs scripts: the digits that it shows end those before.
async function sessionIsAccessible(page, person) {
  const other = await watch(page, person);
  await other.click('form[action$="/session"] button');
  for (const [size, viewport] of Object.entries(SIZES)) {
    await other.setViewportSize(viewport);
    const wide = await other.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    claim(`session fits the ${size}`, wide <= 0, `${wide} pixels too wide`);
    const { violations } = await new AxeBuilder({ page: other }).withTags(WCAG).analyze();
    claim(`session on the ${size} is accessible`, !violations.length, violations.map((found) => found.id).join(', '));
  }
  await other.context().close();
}

// The headless companion with a slip: what it says is waited for, and codes are typed into it.
function takeSlip(link, name) {
  const env = { ...environment, TRIEN_PHONE_PASSPHRASE: 'chỉ để thử' };
  const process = spawn(trien, ['phone', '--folder', join(folder, name), 'enroll', link], { env });
  let said = '';
  let from = 0;
  const listeners = new Set();
  const hear = (bytes) => {
    said += bytes;
    for (const listener of listeners) listener();
  };
  process.stdout.on('data', hear);
  process.stderr.on('data', hear);
  const says = (what) => new Promise((resolve, reject) => {
    const ended = setTimeout(() => reject(new Error(`the companion did not say ${what}: ${said}`)), 30_000);
    const listener = () => {
      const found = what.exec(said.slice(from));
      if (!found) return;
      from += found.index + found[0].length;
      clearTimeout(ended);
      listeners.delete(listener);
      resolve(found);
    };
    listeners.add(listener);
    listener();
  });
  return { says, said: () => said, types: (line) => process.stdin.write(`${line}\n`), kill: () => process.kill() };
}

// What the office as a whole states is a floor: a unit below cannot take less.
async function levels(page, base, look, news) {
  const open = async (query) => {
    await page.goto(`${base}/console/units?q=${query}`);
    await page.click('tbody a');
  };
  const change = async (to, why) => {
    await page.selectOption('#new-level', to);
    await page.click('#level ~ form button');
    await look(`level-${why}`);
    await page.fill('#why', 'Quyết định 15');
    await page.click('main form button');
    await news(`the level is changed: ${why}`);
  };
  await open('minh+tan');
  await change('D', 'lax');
  await open('dong+may');
  await page.selectOption('#new-level', 'B');
  await page.click('#level ~ form button');
  claim('the phones that fall below are listed', (await page.locator('#falling ~ ul li').count()) > 0);
  await page.click('main form button');
  claim('no level is changed without a reason', page.url().includes('/policy'));
  await open('dong+may');
  await change('B', 'strict');
  await open('minh+tan');
  const said = await page.textContent('#level ~ dl');
  claim('a floor holds below, and the page says whose', said.includes('B:') && said.includes('Đồng Mây') && said.includes('D:'), said);
  await look('unit-overruled');
  await page.selectOption('#new-level', 'D');
  await page.click('#level ~ form button');
  claim('what has no effect is told before', await page.locator('.fault').count());
  await look('level-overruled');
  await open('dong+may');
  await change('D', 'back');
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

// A token for the API is made with the password, shown once, speaks for whoever made it, and ends.
async function tokens(page, base, look) {
  const make = async (password) => {
    await page.fill('#token-label', 'chương trình nhập cán bộ');
    await page.selectOption('#token-verbs', 'act');
    await page.fill('#token-days', '7');
    await page.fill('#token-password', password);
    await page.click('section[aria-labelledby=tokens] > form button');
  };
  await page.goto(`${base}/console/sessions`);
  await make('không phải mật khẩu này');
  claim('a token is made with the password only', await page.locator('.fault[role=alert]').count());
  await make(SENTENCE);
  const token = (await page.textContent('code.secret')) ?? '';
  claim('a token is shown', token.startsWith('trien_admin_'));
  await lookHere(page, 'token');
  const ask = () => fetch(`${base}/api/v1/admin/token`, { headers: { authorization: `Bearer ${token}` } });
  const answer = await ask();
  claim('a token speaks for whoever made it', answer.ok && (await answer.json()).verbs === 'act');
  await page.goto(`${base}/console/sessions`);
  claim('a token is shown once', !(await page.content()).includes(token));
  await look('tokens');
  await page.click('section[aria-labelledby=tokens] td button');
  claim('a token is ended', await page.locator('.news[role=status]').count());
  claim('an ended token is refused', (await ask()).status === 401);
}

// A passkey signs in without a password, at the name that it was made for and nowhere else, until it is removed.
async function passkey(browser, numbers) {
  const base = numbers.replace('127.0.0.1', 'localhost');
  const context = await browser.newContext({ locale: 'vi-VN' });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (said) => said.type() === 'error' && !/status of 4\d\d/.test(said.text()) && faults.push(said.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const chip = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options: chip });
  await page.goto(`${numbers}/console/sign-in`);
  claim('no passkey is offered at a number', !(await page.isVisible('form[action$="/passkey"]')));
  await page.goto(`${base}/console/sign-in`);
  await inspect(browser, context, page.url(), 'sign-in-name');
  const signIn = async () => {
    await page.fill('#login', 'binh');
    await page.fill('#password', SENTENCE);
    await page.click('main form button');
  };
  await signIn();
  const add = async (password) => {
    await page.fill('#label', 'máy ở phòng Nội vụ');
    await page.fill('#passkeys ~ form #password', password);
    await page.click('#passkeys ~ form button');
  };
  await page.goto(`${base}/console/sessions`);
  await add('không phải mật khẩu này');
  claim('a passkey is added with the password only', await page.locator('.fault[role=alert]').count());
  await add(SENTENCE);
  await page.waitForURL('**/console/sessions?news=passkey');
  claim('a passkey is added', (await page.textContent('#passkeys ~ table')).includes('máy ở phòng Nội vụ'));
  await inspect(browser, context, `${base}/console/sessions`, 'own');
  const out = async () => {
    await page.click('header button');
    await page.waitForURL('**/console/sign-in?news=out');
  };
  await out();
  await page.click('form[action$="/passkey"] button');
  await page.waitForURL('**/console');
  claim('a passkey signs in', (await page.textContent('.who')).includes('Trần Văn Bình'));
  await page.goto(`${base}/console/sessions`);
  await page.fill('#current', SENTENCE);
  await page.fill('#chosen', `${SENTENCE} đẹp`);
  await page.fill('#again', `${SENTENCE} đẹp`);
  await page.click('#change ~ form button');
  claim('a password is changed', await page.locator('.news[role=status]').count());
  await page.click('#passkeys ~ table button');
  claim('a passkey is removed', await page.locator('.news[role=status]').count());
  await out();
  await page.click('form[action$="/passkey"] button');
  await page.waitForSelector('#passkey-fault:visible');
  claim('a removed passkey does not sign in', page.url().endsWith('/sign-in/passkey/answer'));
  await lookHere(page, 'passkey-wrong');
  claim('no script fails', !faults.length, faults.join('; '));
  await context.close();
}

// Keys move through a list; what the page shows by script is accessible as well.
async function keys(browser, base) {
  const context = await browser.newContext({ locale: 'vi-VN' });
  const page = await context.newPage();
  await page.goto(`${base}/console/sign-in`);
  await page.fill('#login', 'hanh');
  await page.fill('#password', SENTENCE);
  await page.click('main form button');
  await page.goto(`${base}/console/people`);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const row = () => page.evaluate(() => document.activeElement.closest('tr')?.rowIndex);
  claim('j goes to the second row', (await row()) === 2, await row());
  await page.keyboard.press('k');
  claim('k goes back', (await row()) === 1);
  await page.keyboard.press('/');
  await page.keyboard.type('j/k?');
  claim('/ goes to the search, where letters are letters', (await page.inputValue('#q')) === 'j/k?');
  await page.keyboard.press('Tab');
  await page.keyboard.press('?');
  claim('? tells the keys', await page.isVisible('#keys'));
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  claim('the keys are accessible', !violations.length, violations.map((found) => found.id).join(', '));
  await page.screenshot({ path: join(pictures, 'keys-desk.png') });
  await context.close();
}

// Departments are planned as a wave; their certificates come from outside; one phone is followed from the
// plan to its certificate.
async function wave(page, second, base, look, news) {
  const signIn = async (who, login) => {
    await who.goto(`${base}/console/sign-in`);
    await who.fill('#login', login);
    await who.fill('#password', SENTENCE);
    await who.click('main button');
  };
  await signIn(page, 'hanh');
  await page.goto(`${base}/console/waves`);
  await page.fill('#name', 'Đợt I: 12 sở, ban, ngành');
  await page.fill('#starts', '2020-02-01');
  await page.fill('#ends', '2020-01-01');
  await page.selectOption('#who', 'everybody');
  await page.check('fieldset label:has-text("UBND tỉnh") input');
  await page.click('main form button');
  claim('days in the wrong order are told', await page.locator('.fault').count());
  claim('ticked units stay ticked', await page.locator('fieldset input:checked').count());
  await lookHere(page, 'waves-faulty');
  await page.fill('#ends', '2020-03-01');
  await page.click('main form button');
  await news('a wave is planned');
  claim('a wave that is over is behind', await page.locator('.tag.bad').count());
  const followed = page.url();
  await look('wave');
  await page.emulateMedia({ media: 'print' });
  claim('forms are not printed', !(await page.locator('main form').first().isVisible()));
  await page.screenshot({ path: join(pictures, 'wave-print.png'), fullPage: true });
  await page.emulateMedia({ media: 'screen' });
  const [reminders] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="remind.csv"]')]);
  claim('whom to remind is exported', reminders.suggestedFilename() === 'remind.csv');
  await waveSlips(page, look);
  await page.goto(`${base}/console/waves`);
  await look('waves');
  await page.goto(`${base}/console`);
  claim('home tells of the wave', await page.locator('#waves ~ ul a').count());
  await look('home-waves');

  const authority = outsideAuthority();
  await second.goto(`${base}/console`);
  await second.click('header button');
  await signIn(second, 'chung');
  await second.goto(`${base}/console/exchange`);
  await second.setInputFiles('#anchor-file', authority.root);
  await second.fill('#anchor-why', 'công văn của Ban Cơ yếu');
  await second.click('#anchors ~ form button');
  claim('an authority is proposed', await second.locator('.news[role=status]').count());
  await second.selectOption('#source', 'outside');
  await second.fill('#source-why', 'kế hoạch của tỉnh');
  await second.click('#sources ~ form button');
  claim('certificates come from outside', await second.locator('.news[role=status]').count());
  await page.goto(`${base}/console/exchange`);
  await look('exchange-administrator');
  await page.click('form[action$="/confirm"] button');
  await news('another person confirms the authority');

  await page.goto(`${base}/console/people?q=thoa`);
  await page.click('td button');
  const enrolled = await enroll(await page.inputValue('#link'), 'outside-phone');
  await page.goto(`${base}/console/devices`);
  await page.click('tbody a');
  await look('device-outside');
  await page.fill('#code', enrolled.digits);
  await page.click('#approve ~ form button');
  await news('the phone is approved, and waits');
  enrolled.process.kill();
  await look('device-waiting');

  await second.goto(`${base}/console/exchange`);
  const [zip] = await Promise.all([second.waitForEvent('download'), second.click('form[action$="/requests"] button')]);
  claim('requests are handed out', zip.suggestedFilename() === 'requests.zip');
  const [wrong, answer] = authority.answer(await zip.path());
  await second.setInputFiles('#file', [wrong, authority.root]);
  await second.click('form[action$="/certificates"] button');
  claim('a misfit is named', (await second.locator('tbody tr').count()) === 1);
  await lookHere(second, 'exchange-misfit');
  await second.goto(`${base}/console/exchange`);
  await lookHere(second, 'exchange');
  await second.setInputFiles('#file', answer);
  await second.click('form[action$="/certificates"] button');
  claim('what fits is shown', await second.locator('#why').count());
  await lookHere(second, 'exchange-fits');
  await second.fill('#why', 'công văn trả lời');
  await second.click('main form button');
  claim('the certificate is taken', await second.locator('.news[role=status]').count());
  const env = { ...environment, TRIEN_PHONE_PASSPHRASE: 'chỉ để thử' };
  const said = execFileSync(trien, ['phone', '--folder', join(folder, 'outside-phone'), 'status'], { env });
  claim('the phone has its certificate', String(said).startsWith('enrolled'), String(said));
  execFileSync(trien, ['phone', '--folder', join(folder, 'outside-phone'), 'sync'], { env });
  await page.goto(followed);
  claim('the wave counts it', (await page.textContent('tr.sum td:last-child')) !== '0');
  await page.fill('#why', 'đã hết thời hạn');
  await page.click('#close ~ form button');
  await news('the wave is closed');
  await page.click('header button');
}

// Slips for everybody in a wave who has no phone yet, on its page, on paper and as texts.
async function waveSlips(page, look) {
  const here = page.url();
  await page.click('form[action$="/slips"] button');
  claim('slips are made for a wave, and shown', page.url().endsWith('/slips'), page.url());
  claim('each has its QR code', (await page.locator('.slip .qr svg').count()) === (await page.locator('.slip').count()) && (await page.locator('.slip').count()) > 0);
  await look('wave-slips');
  await page.emulateMedia({ media: 'print' });
  claim('only the slips of a wave are printed', !(await page.locator('header').isVisible()));
  await page.screenshot({ path: join(pictures, 'wave-slips-print.png') });
  await page.emulateMedia({ media: 'screen' });
  const [texts] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
  const letters = readFileSync(await texts.path(), 'utf8');
  claim('the letters of a wave have a link each', (letters.match(/\/e#slip\./g) ?? []).length > 10, letters.slice(0, 400));
  await page.goto(here);
  await look('wave-with-slips');
}

// A clerk submits a document by a form, follows it, and downloads what was signed.
async function documents(page, browser, base, news) {
  const signIn = async (who, login) => {
    await who.goto(`${base}/console/sign-in`);
    await who.fill('#login', login);
    await who.fill('#password', SENTENCE);
    await who.click('main button');
  };
  await signIn(page, 'hanh');
  claim('who administers sees no documents', !(await page.locator('a[href="/console/requests"]').count()));
  await page.goto(`${base}/console/accounts`);
  await page.fill('#name', 'Hoàng Thị Vy');
  await page.fill('#login', 'vy');
  await page.fill('#password', SENTENCE);
  await page.selectOption('#role', 'clerk');
  await page.click('#add ~ form button');
  await news('a clerk is added');
  await page.click('header button');
  const context = await browser.newContext({ locale: 'vi-VN', javaScriptEnabled: false });
  const clerk = await context.newPage();
  const look = (name) => inspect(browser, context, clerk.url(), name);
  await signIn(clerk, 'vy');
  await clerk.click('nav a[href="/console/requests"]');
  await look('requests-none');
  await clerk.click('a[href="/console/requests/new"]');
  await look('submission-empty');
  await clerk.fill('#q', 'thoa');
  await clerk.click('form[role=search] button');
  await look('submission-found');
  await clerk.click('tbody a');
  claim('the signer is chosen', (await clerk.textContent('#signers ~ ol')).includes('Đặng Quốc Thỏa'));
  await look('submission');
  const send = async (file) => {
    await clerk.setInputFiles('#file', file);
    await clerk.check('input[name=unclassified]');
    await clerk.click('#form ~ form button');
  };
  const subject = 'Thí điểm ký số trên thiết bị di động tại các sở, ban, ngành và Ủy ban nhân dân cấp xã';
  const typed = { subject, number: '15/QĐ-UBND', kind: 'Quyết định', issuer: 'UBND tỉnh Đồng Mây' };
  for (const [id, value] of Object.entries(typed)) await clerk.fill(`#${id}`, value);
  await clerk.selectOption('#unit', { label: 'UBND tỉnh Đồng Mây' });
  await clerk.selectOption('#urgency', 'urgent');
  await send('README.md');
  claim('what is no PDF is told', await clerk.locator('.fault[role=alert]').count());
  claim('what was typed into the form stays', (await clerk.inputValue('#subject')) === subject && (await clerk.inputValue('#urgency')) === 'urgent');
  await lookHere(clerk, 'submission-faulty');
  await send('server/assets/sample/quyet-dinh.pdf');
  claim('a document is submitted', await clerk.locator('.news[role=status]').count(), clerk.url());
  const here = clerk.url().split('?')[0];
  await inspect(browser, context, here, 'request-open');
  const env = { ...environment, TRIEN_PHONE_PASSPHRASE: 'chỉ để thử' };
  const phone = (...words) => String(execFileSync(trien, ['phone', '--folder', join(folder, 'outside-phone'), ...words], { env }));
  phone('sync');
  phone('approve', here.split('/').at(-1), '--yes');
  await clerk.goto(here);
  const told = await clerk.textContent('#live');
  claim('who decided is told, with the time', told.includes('đã duyệt') && told.includes('đã hoàn thành'), told);
  await look('request-signed');
  const download = async (selector) => (await Promise.all([clerk.waitForEvent('download'), clerk.click(selector)]))[0];
  const signed = readFileSync(await (await download('a[href$="/document"]')).path());
  claim('the signed file is downloaded', signed.includes('/ByteRange'), `${signed.length} bytes`);
  const evidence = readFileSync(await (await download('a[href*="/evidence/"]')).path(), 'utf8');
  claim('and its evidence', evidence.startsWith('trien.evidence/1'), evidence.slice(0, 60));
  await clerk.goto(`${base}/console/requests?q=di+dong&state=completed`);
  claim('it is found by words without marks', (await clerk.locator('tbody tr').count()) === 1);
  await look('requests');
  await context.close();
}

// A root that certifies whatever it is asked for.
function outsideAuthority() {
  const at = (name) => join(folder, name);
  const openssl = (...words) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  writeFileSync(at('signer.ext'), 'basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature,nonRepudiation\n');
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'outside.key', '-out', 'outside.pem', '-days', '3650',
    '-subj', '/C=VN/CN=Gốc công vụ', '-utf8', '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
  const issue = (subject, out) => {
    openssl('x509', '-req', '-in', 'asked.csr', '-CA', 'outside.pem', '-CAkey', 'outside.key', '-CAcreateserial', '-days', '900',
      '-extfile', 'signer.ext', '-out', 'issued.pem', ...subject);
    openssl('crl2pkcs7', '-nocrl', '-certfile', 'issued.pem', '-out', out);
    return at(out);
  };
  const answer = (zip) => {
    writeFileSync(at('asked.csr'), execFileSync('python3', ['-c', 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.read(next(n for n in z.namelist() if n.endswith(".csr"))).decode())', zip]));
    // The request names its person, as the phone made it.
    return [issue(['-subj', '/CN=Other'], 'wrong.p7b'), issue([], 'answer.p7b')];
  };
  return { root: at('outside.pem'), answer };
}

async function inspect(browser, worker, address, name, prepare = () => {}) {
  const viewer = await browser.newContext({ storageState: await worker.storageState(), locale: 'vi-VN' });
  const page = await viewer.newPage();
  await prepare(page);
  const own = new URL(address).origin;
  page.on('request', (request) => {
    if (!request.url().startsWith(own)) claim(`${name} loads nothing from elsewhere`, false, request.url());
  });
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
