// Phones: invited or by a slip, approved by their digits, lost, found, and replaced.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { claim, follow, picture } from './eyes.mjs';
import { enroll, phone } from './phones.mjs';

// The officer types the digits. Leads to the page of the phone, which was lost since.
export async function approve(desk, link) {
  const { page, go, look, news } = desk;
  const follower = await follow(desk, '/devices');
  const enrolling = enroll('phone', link);
  const digits = await enrolling.digits();
  await follower.waitForSelector('#live tbody a', { timeout: 20_000 });
  claim('a page that is open shows the new device', true);
  await go('');
  claim('a waiting device is counted', (await page.textContent('.count')) === '1');
  await look('home');
  await go('/devices');
  await look('devices');
  await page.click('tbody a');
  claim('no page shows the digits', !(await page.content()).includes(digits));
  const device = page.url();
  // Of five tries, these are two.
  await desk.answer('device-wrong', async () => {
    await page.goto(device);
    await page.fill('#code', '0000 0000');
    await page.click('#approve ~ form button');
  });
  claim('wrong digits are told', await page.locator('.fault').count());
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
  await go('/devices');
  await page.selectOption('#standing', 'suspended');
  await page.click('main form[role=search] button');
  claim('devices are filtered by standing', (await page.locator('#live tbody tr').count()) === 1);
  await look('devices-found');
  await page.fill('#q', 'khong ai ten nay');
  await page.click('main form[role=search] button');
  claim('and by name', (await page.locator('#live tbody tr').count()) === 0);
  claim('what was asked for stays asked', (await page.inputValue('#standing')) === 'suspended');
  await look('devices-none');
  return device;
}

// The phone was found again: one asks, another one confirms.
export async function resume({ page, news }, second) {
  await page.fill('#why-resume', 'tìm lại được máy trong xe');
  await page.click('#resume ~ form button');
  await news('somebody asks to resume');
  claim('nobody confirms what they asked for', !(await page.locator('form[action$="/confirm"]').count()));
  await second.signIn('binh');
  claim('the second person is told', (await second.page.locator('#to-confirm ~ ul a').count()) === 1);
  await second.look('home-confirm');
  await second.page.click('#to-confirm ~ ul a');
  await second.look('device-confirm');
  await second.page.click('form[action$="/confirm"] button');
  await second.news('the phone is resumed');
}

// Slips for a whole unit; one of its people comes with theirs, and types the short code that the officer reads
// out.
export async function slips(desk) {
  const { page, go, look, news } = desk;
  await go('/units?q=minh+tan');
  await page.click('tbody a');
  await page.click('#slips ~ form button');
  claim('slips are made for a unit, and shown', page.url().endsWith('/slips'), page.url());
  // Long pages arrive in pieces.
  await page.waitForLoadState();
  claim('a page has sixty slips', (await page.locator('.slip').count()) === 60);
  await look('slips');
  await onPaper(desk);
  await go('/people?q=thu+7');
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

  const coming = enroll('slip-phone', link);
  await coming.says(/ask your officer to start/);
  const start = async () => {
    await page.goto(person);
    await page.click('form[action$="/session"] button');
    return (await page.textContent('.digits')).trim();
  };
  const code = await start();
  claim('the short code has eight digits', /^\d{4} \d{4}$/.test(code), code);
  await desk.answer('session', start);
  const newer = (await page.textContent('.digits')).trim();
  await coming.says(/type the short code/);
  coming.types(code);
  await coming.says(/4 tries left/);
  claim('the code before does not open', !/^code /m.test(coming.said()), coming.said());
  await page.goto(person);
  claim('a try is counted on the page of the person', (await page.textContent('#enroll ~ dl')).includes('1/5'));
  await look('person-session');
  coming.types(newer);
  const digits = await coming.digits();
  await go('/devices');
  await page.click('tbody a');
  await look('device-by-slip');
  await page.fill('#code', digits);
  await page.click('#approve ~ form button');
  await news('the phone that came by a slip is approved');
  await coming.says(/enrolled|certificate/);
  coming.kill();
  await page.goto(person);
  claim('the slip is used up', !(await page.locator('form[action$="/session"]').count()));
  await look('person-slip-used');
}

async function onPaper(desk) {
  const { page } = desk;
  await page.emulateMedia({ media: 'print' });
  claim('only slips are printed', !(await page.locator('header').isVisible()) && !(await page.locator('.off-paper').first().isVisible()));
  // What a slip would cut off is not on the paper.
  const paper = await follow(desk, new URL(page.url()).pathname.replace('/console', ''));
  await paper.setViewportSize({ width: 718, height: 1000 });
  await paper.emulateMedia({ media: 'print' });
  const cut = await paper.evaluate(() => [...document.querySelectorAll('.slip')].filter((slip) => slip.scrollHeight > slip.clientHeight || slip.scrollWidth > slip.clientWidth).length);
  claim('no slip is cut off on paper', cut === 0, `${cut} are`);
  const pdf = await paper.pdf({ path: picture('slips.pdf'), format: 'A4', margin: { top: '1cm', bottom: '1cm', left: '1cm', right: '1cm' } });
  const sheets = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length;
  claim('five slips fit a sheet', sheets === 12, `${sheets} sheets`);
  await paper.context().close();
  await page.screenshot({ path: picture('slips-print.png'), fullPage: true });
  await page.emulateMedia({ media: 'screen' });
}

// Somebody with two phones: one is reported by the other, and ends; the other one's key is gone, and it is
// replaced by itself; then a new phone takes its place.
export async function lost(desk, data) {
  const { page, go, look, news } = desk;
  const first = await enrolled(desk, 'thu+21', 'first-phone');
  const second = await enrolled(desk, 'thu+21', 'second-phone');
  await page.goto(first);
  const id = idOf(first);
  claim('the own phones are listed', phone('second-phone', 'lost').includes(id), phone('second-phone', 'lost'));
  phone('second-phone', 'lost', id);
  await page.goto(first);
  claim('a phone that its person reports is suspended', (await page.textContent('main dl')).includes('tạm khóa'), await page.textContent('main dl'));
  await look('device-reported');
  change(data, 'UPDATE session SET proved_at = proved_at - 660000');
  await desk.answer('grave', async () => {
    await page.goto(first);
    await page.selectOption('#reason', 'key-compromise');
    await page.fill('#why-revoke', 'mất ở bến xe, không tìm lại được');
    await page.click('#revoke ~ form button');
  });
  claim('before what cannot be undone, an old session proves its person anew', await page.locator('#proof').count());
  await news('a lost phone is revoked');
  claim('and decides no more', !(await page.locator('#revoke').count()));
  await look('device-revoked');

  phone('second-phone', 'replace');
  await go('');
  claim('home says who asks for a replacement', (await page.locator('#asking ~ ul a').count()) === 1);
  doubt(data, second, 'insert');
  await go('');
  claim('and whose phone is doubted', (await page.locator('#doubted ~ ul a').count()) === 1);
  await look('home-asking');
  doubt(data, second, 'delete');
  await page.click('#asking ~ ul a');
  await look('device-asking');
  await replaced(desk, 'second-phone', 'the same phone with new keys');
  claim('who asked is answered', !(await page.locator('#asking').count()));
  await replaced(desk, 'third-phone', 'a new phone');
  await page.goto(second);
  claim('the one before ended in that act', (await page.textContent('main dl')).includes('đã thu hồi'), await page.textContent('main dl'));
  await look('device-replaced');
}

// What only time brings.
function change(data, statement) {
  const write = 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1], timeout=20); d.execute(sys.argv[2]); d.commit()';
  execFileSync('python3', ['-c', write, join(data, 'trien.db'), statement]);
}

// People who began long ago, on the home page and in their list.
export async function stuck({ page, go, look }, data) {
  change(data, "UPDATE invitation SET created_at = created_at - 2592000000 WHERE state = 'open'");
  await go('');
  claim('home names who is stuck', (await page.textContent('main')).includes('Cao Thị Ba'), await page.textContent('main'));
  await look('home-stuck');
  await go('/stuck');
  claim('and all of them are listed', (await page.textContent('tbody')).includes('Cao Thị Ba'));
  await look('stuck');
}

// The companion has no hardware whose certificate a list could name: the row of such a doubt is written and taken away
// here, for the picture. What writes it is tested with look-alikes of phones in tests/flow.
function doubt(data, device, what) {
  const write = `
import sqlite3, sys, time, uuid
file, device, what = sys.argv[1:]
device = uuid.UUID(device).bytes
database = sqlite3.connect(file, timeout=20)
if what == 'insert':
    database.execute("INSERT INTO doubted_evidence VALUES (?, 'B', 'revoked', ?)", (device, int(time.time() * 1000)))
else:
    database.execute('DELETE FROM doubted_evidence WHERE device = ?', (device,))
database.commit()
`;
  execFileSync('python3', ['-c', write, join(data, 'trien.db'), idOf(device), what]);
}

function idOf(address) {
  return new URL(address).pathname.split('/').at(-1);
}

// The phone on this page is replaced; leads to the page of the new one.
async function replaced({ page, go, news }, name, what) {
  await page.click('form[action$="/replacement"] button');
  const enrolling = enroll(name, await page.inputValue('#link'));
  const digits = await enrolling.digits();
  await go('/devices');
  await page.click('tbody a');
  await page.fill('#code', digits);
  await page.click('#approve ~ form button');
  await news(`a replacement is approved: ${what}`);
  await enrolling.says(/enrolled|certificate/);
  enrolling.kill();
  claim('the page says what was replaced', await page.locator('#replacement-of').count());
}

// Somebody is invited, and their phone approved; leads to its page.
export async function enrolled({ page, go, news }, who, name) {
  await go(`/people?q=${who}`);
  await page.click('td button');
  const enrolling = enroll(name, await page.inputValue('#link'));
  const digits = await enrolling.digits();
  await go('/devices');
  await page.click('tbody a');
  const device = page.url();
  await page.fill('#code', digits);
  await page.click('#approve ~ form button');
  await news(`a phone is approved: ${name}`);
  await enrolling.says(/enrolled|certificate/);
  enrolling.kill();
  return device;
}
