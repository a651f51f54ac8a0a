// Units and the people in them: tables, changes of posts and units, what units ask of phones.

import { claim, SENTENCE } from './eyes.mjs';
import { command } from './phones.mjs';

const HEAD = 'Số hiệu;Họ và tên;Chức vụ;Đơn vị;Thư điện tử';
const COMMUNE = 'Ủy ban nhân dân xã Minh Tân, huyện Kiến Xương, tỉnh Thái Bình';

// A table with problems, the same one mended and carried out, and pages of those it added.
export async function tables(desk) {
  const { page, go, look, fill, news } = desk;
  const upload = async (rows) => {
    const buffer = Buffer.from(`\ufeff${[HEAD, ...rows].join('\r\n')}`);
    await go('/import/people');
    await page.setInputFiles('#file', { name: 'can-bo.csv', mimeType: 'text/csv', buffer });
    await page.click('main form button');
  };
  await go('/people');
  await page.click('a[href="/console/import/people"]');
  await look('import');
  const good = Array.from({ length: 60 }, (_, at) => `CB-${at};Nguyễn Văn Thứ ${at};Chuyên viên;Sở Nội vụ;`);
  const faulty = ['CB-1;Trần Thị Mơ;;Sở Nội vụ;mo@x', 'CB-1;Phạm Tường Vi;Chuyên viên;Sở Không Có Thật;', ...good.slice(0, 3)];
  await desk.answer('import-faulty', () => upload(faulty));
  claim('a faulty table is told', await page.locator('.fault[role=alert]').count());
  claim('every problem has its row', (await page.locator('tbody tr').count()) === 3);
  claim('a faulty table cannot be carried out', !(await page.locator('#why').count()));
  await page.click('main > p a');
  claim('another table can be chosen', page.url().endsWith('/import/people'));
  await desk.answer('import-ready', () => upload(good));
  claim('what would be done is shown', (await page.textContent('dl')).includes('60'));
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

// A deputy becomes head of a department: what she holds is looked at, and done in one act.
export async function posts(desk) {
  const { page, go, look, news } = desk;
  await go('/people?q=khue');
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
  claim('the report has a line for each thing: post, phone, open invitation', (await page.locator('tbody tr').count()) === 3);
  await look('change');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="/csv"]')]);
  claim('the report is a sheet too', download.suggestedFilename() === 'change.csv');
  await page.click('dl a');
  claim('the person has both posts on the page', (await page.textContent('#posts ~ ul')).includes('Giám đốc'));
  await look('person-moved');
}

// A department becomes part of another unit, with everybody in it.
export async function merger(desk) {
  const { page, go, look, news } = desk;
  await go('/units?q=noi+vu');
  await page.click('tbody a');
  await look('unit');
  await page.selectOption('#into', { label: COMMUNE });
  await page.click('#merge ~ form button');
  await page.waitForLoadState();
  claim('everybody is listed before', (await page.locator('tbody tr').count()) === 62);
  await look('unit-change');
  await page.fill('#why', 'Nghị quyết 12');
  await page.click('main form button');
  await news('the units are merged');
  await go('/people?q=chuyen+vien+minh+tan');
  claim('its people are found in the other unit', (await page.locator('tbody tr').count()) === 50);
  await go('/changes');
  claim('both reports are found again', (await page.locator('tbody tr').count()) === 2);
  await look('changes');
  await go('/acts');
  claim('every act is told', (await page.locator('tbody tr').count()) > 5);
  await look('acts');
}

// Two people of a department get one of their own; another department ends, with whatever it holds.
export async function split(desk) {
  const { page, go, look, news } = desk;
  await go('/units?q=so+y+te');
  await page.click('tbody a');
  await page.fill('#split-name', 'Chi cục An toàn vệ sinh thực phẩm');
  for (const who of ['Mai Văn Chín', 'Tạ Thị Mười']) await page.check(`#split ~ form label:has-text("${who}") input`);
  await page.click('#split ~ form button');
  claim('those who would move are listed', (await page.textContent('tbody')).includes('Tạ Thị Mười'));
  await look('split-look');
  await page.fill('#why', 'Đề án 07');
  await page.click('main form button');
  await news('a unit is split');
  await look('split-report');
  await go('/units?q=an+toan+ve+sinh');
  await page.click('tbody a');
  claim('the new unit has its people', (await page.locator('#people ~ ul li').count()) === 2);
  claim('and nobody else went there', !(await page.textContent('#people ~ ul')).includes('Vũ Văn Bảy'));

  await go('/units?q=so+xay+dung');
  await page.click('tbody a');
  const ended = page.url();
  await page.click('#dissolve ~ form button');
  claim('what would end is listed', (await page.textContent('tbody')).includes('Hồ Văn Năm'));
  await look('dissolve-look');
  await page.fill('#why', 'Nghị quyết 18');
  await page.click('main form button');
  await news('a unit is dissolved');
  await look('dissolve-report');
  await page.click('tbody a:has-text("Hồ Văn Năm")');
  claim('its people have no post, and cannot be invited', !(await page.locator('#enroll').count()));
  await look('person-ended');
  await page.goto(ended);
  claim('its page says that it ended', (await page.locator('.tag').count()) > 0 && !(await page.locator('#dissolve').count()));
  await look('unit-ended');
}

// Levels of units are data; levels of assurance are a policy.
export async function levels(desk) {
  await unitLevels(desk);
  await assuranceLevels(desk);
}

// The list of levels of units gets one more, and another name for one.
async function unitLevels({ page, go, look, news, fill }) {
  await go('/levels');
  const before = await page.locator('tbody tr').count();
  await fill({ name: 'Thôn, tổ dân phố', why: 'Nghị quyết 9' });
  await page.selectOption('#above', { index: before });
  await page.click('#add ~ form button');
  await news('a level of units is added');
  claim('below the lowest', (await page.textContent('tbody tr:last-child')).includes('Thôn, tổ dân phố'));
  const last = page.locator('tbody tr:last-child');
  await last.locator('summary').click();
  await last.locator('input[name=name]').fill('Thôn');
  await last.locator('input[name=why]').fill('tên gọi theo địa phương');
  await last.locator('button').click();
  await news('a level has another name');
  await look('levels');
  await go('/delegations');
  claim('nobody delegates yet', (await page.textContent('main')).includes('Chưa có ủy quyền nào.'), await page.textContent('main'));
  await look('delegations');
}

// A document system is told what becomes of its requests; nothing is sent here, because that is paused at once.
export async function webhooks(desk, data) {
  const { page, go, look, fill, news } = desk;
  const prove = async () => {
    if (!(await page.locator('#proof').count())) return;
    await page.fill('#proof', SENTENCE);
    await page.click('main form button');
  };
  await go('/units?q=dong+may');
  const unit = (await page.getAttribute('tbody a', 'href')).split('/').at(-1);
  await page.click('a[href="/console/webhooks"]');
  claim('without a key that may read, the page says how to make one', (await page.textContent('main')).includes('trien api-key create'));
  await look('webhooks-none');
  command(data, 'api-key', 'create', '--unit', unit, '--scope', 'submit,read', '--label', 'Quản lý văn bản và điều hành');
  await desk.answer('webhooks-faulty', async () => {
    await go('/webhooks');
    await fill({ url: 'http://qlvb.dongmay.gov.vn/trien' });
    await page.click('#add ~ form button');
    await prove();
  });
  claim('an address without TLS is told, and stays', (await page.locator('.fault[role=alert]').count()) && (await page.inputValue('#url')).startsWith('http://'));
  await fill({ url: 'https://qlvb.dongmay.gov.vn/trien', why: 'Kế hoạch tích hợp' });
  await page.click('#add ~ form button');
  await prove();
  claim('the secret is shown', (await page.textContent('code.secret')).startsWith('whsec_'));
  await desk.lookHere('webhook-secret');
  await page.click('main a');
  claim('and not again', !(await page.content()).includes('whsec_'));
  await look('webhook-new');
  const told = page.url();
  await go('/language/en');
  await page.goto(told);
  await page.click('form[action$="/secret"] button');
  await prove();
  claim('a second secret is shown', (await page.textContent('code.secret')).startsWith('whsec_'));
  await desk.lookHere('webhook-secret-renewed');
  await go('/language/vi');
  await page.goto(told);
  await page.click('#hold ~ form button');
  await news('a webhook is paused');
  await go('/webhooks');
  await look('webhooks');
}

// What was kept while it was paused is seen, one message is sent again, and it ends.
export async function webhookEnds(desk) {
  const { page, go, look, fill, news } = desk;
  await go('/webhooks');
  await page.click('tbody a');
  claim('what happened meanwhile waits', (await page.locator('tbody tr').count()) > 3);
  await look('webhook');
  await page.click('tbody form button >> nth=0');
  await news('a message is sent again');
  await fill({ why: 'thay hệ thống văn bản' });
  await page.click('#end ~ form button');
  await news('a webhook ends');
  await page.click('tbody a');
  claim('it stays listed, and nothing more can be done', !(await page.locator('#end').count()));
  await look('webhook-ended');
}

// What the office as a whole states is a floor: a unit below cannot take less.
async function assuranceLevels(desk) {
  const { page, go, look, news } = desk;
  const open = async (query) => {
    await go(`/units?q=${query}`);
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

// How often phones of a unit ask their person is looked at before it is stated.
export async function prompts(desk) {
  const { page, go, look, news } = desk;
  await go('/units?q=minh+tan');
  await page.click('tbody a');
  await page.selectOption('#new-prompt', 'session');
  await page.fill('#seconds', '60');
  await page.check('input[name=passcode]');
  await page.click('#prompt-policy ~ form button');
  claim('before and after are shown', (await page.locator('main dl dd').count()) === 2);
  await look('prompt');
  await page.fill('#why', 'Quyết định 16');
  await page.click('main form button');
  await news('how often phones ask is stated');
  await look('unit-prompt');
}
