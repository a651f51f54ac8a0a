// The first run: by a number or a name, with TLS and without; who may act then, and the first people.

import { claim, SENTENCE, sitDown } from './eyes.mjs';
import { virtualAuthenticator } from './sign-in.mjs';
import { tables } from './units.mjs';

const PERSON = { name: 'Nguyễn Thị Hạnh', login: 'hanh', password: SENTENCE, again: SENTENCE };

// Without TLS, without scripts: the code is typed.
export async function firstRun(desk, code) {
  const { page, base, look, fill, news } = desk;
  await page.goto(`${base}/console`);
  claim('an empty folder asks for its office', page.url().endsWith('/console/setup'));
  claim('without TLS the first page says so, and how to get it', (await page.textContent('#plain')).includes('--tls-cert'));
  claim('a password is enough until then', await page.locator('#password').count());
  await look('setup');
  await desk.answer('setup-faulty', async () => {
    await desk.go('/setup');
    await fill({ code: 'SAI-MA', unit: 'UBND tỉnh Đồng Mây', ...PERSON });
    await page.check('input[name=trial]');
    await page.click('main button');
  });
  claim('a wrong code is told', await page.locator('.fault').count());
  claim('what was typed stays', (await page.inputValue('#name')) === PERSON.name);
  await fill({ code, password: SENTENCE, again: SENTENCE });
  await page.click('main button');
  await news('the first account is made');
  for (const [name, login, role] of [
    ['Trần Văn Bình', 'binh', 'enrollment-officer'],
    ['Phạm Thị Chung', 'chung', 'ca-officer'],
    ['Vũ Thị Dung', 'dung', 'administrator'],
  ]) await addAccount(desk, name, login, role);
  await look('accounts');
}

async function addAccount({ page, fill, news }, name, login, role) {
  await fill({ name, login, password: SENTENCE });
  await page.selectOption('#role', role);
  await page.click('#add ~ form button');
  await news(`an account is added: ${role}`);
}

// With TLS, but no name.
export async function byNumber(server) {
  const desk = await sitDown(server.base);
  await desk.go('/setup');
  const told = await desk.page.textContent('#number');
  claim('without a name the first page says so, and what to do', told.includes('--origin https://') && told.includes('passkey'), told);
  await desk.look('setup-number');
  await desk.leave();
  server.stop();
}

// With TLS and a name: one click on the printed link, three screens, and two people can act; then a passkey.
export async function byName(server) {
  const desk = await sitDown(server.base, { scripts: true });
  const { page, base, fill } = desk;
  let screens = 0;
  const count = (response) => {
    const { status, request } = { status: response.status(), request: response.request() };
    if (request.isNavigationRequest() && status === 200) screens += 1;
  };
  const sent = [];
  page.on('request', (request) => sent.push(`${request.url()} ${request.headers().referer ?? ''}`));
  await page.goto(server.link);
  claim('the link brings its code', (await page.inputValue('#code')) === server.code);
  await page.click('a[hreflang=en]');
  claim('also in another language', (await page.inputValue('#code')) === server.code && (await page.textContent('h1')) === 'The first account');
  await page.click('a[hreflang=vi]');
  claim('the code is sent to nobody before', !sent.some((line) => line.includes(server.code)), sent.join('; '));
  claim('an address with a name promises a passkey', await page.locator('#named').count());
  await desk.look('setup-named');
  page.on('response', count);
  await page.goto('about:blank');
  await page.goto(server.link);
  await fill({ unit: 'UBND tỉnh Đồng Mây', ...PERSON });
  await page.check('input[name=trial]');
  await page.click('main button');
  claim('a passkey is offered at once', await page.isVisible('[data-passkey-name]'));
  await addAccount(desk, 'Trần Văn Bình', 'binh', 'enrollment-officer');
  page.off('response', count);
  claim('three screens lead to an office with two who can act', screens === 3, screens);
  const second = await sitDown(base);
  await second.signIn('binh');
  claim('the second can act', (await second.page.textContent('.who')).includes('Trần Văn Bình'));
  await second.leave();
  await virtualAuthenticator(desk);
  await desk.go('');
  await desk.look('home-first');
  await page.click('[data-passkey-name] a');
  await fill({ label: 'máy tính của Hạnh' });
  await page.fill('#passkeys ~ form #password', SENTENCE);
  await page.click('#passkeys ~ form button');
  await page.waitForURL('**/console/sessions?news=passkey');
  await desk.go('');
  claim('a passkey is offered no more', !(await page.locator('[data-passkey-name]').count()));
  await desk.signOut();
  await page.click('form[action$="/passkey"] button');
  await page.waitForURL('**/console');
  claim('the first account signs in by passkey', (await page.textContent('.who')).includes('Nguyễn Thị Hạnh'));
  await desk.leave();
  server.stop();
}

// Units and people by hand and from a table, and the first invitation.
export async function firstPeople(desk) {
  const { page, go, look, fill, news } = desk;
  for (const name of ['Sở Nội vụ', 'Ủy ban nhân dân xã Minh Tân, huyện Kiến Xương, tỉnh Thái Bình']) {
    await go('/units');
    await fill({ name });
    await page.click('section button');
    await news('a unit is added');
  }
  await look('units');
  for (const [name, position] of [['Nguyễn Văn Ân', 'Chủ tịch Ủy ban nhân dân'], ['Lê Thị Khuê', 'Phó Chủ tịch'], ['Đặng Quốc Thỏa', 'Văn thư']]) {
    await go('/people');
    await fill({ name, position });
    await page.click('section button');
    await news('a person is added');
  }
  await page.fill('#q', 'khue');
  await page.press('#q', 'Enter');
  claim('a name is found without its marks', (await page.locator('tbody tr').count()) === 1);
  await look('people');
  await tables(desk);
  await desk.answer('invitation', async () => {
    await go('/people?q=khue');
    await page.click('td button');
  });
  claim('an invitation has a QR code', await page.locator('.qr svg').count());
  const link = await page.inputValue('#link');
  await go('/people/khong-co-nguoi-nay');
  claim('what is not there is refused in words', (await page.textContent('main')).length > 20);
  await look('refused');
  return link;
}
