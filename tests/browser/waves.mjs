// Waves of enrollment: planned for units, counted, followed to the certificate, with an outside authority that the
// openssl command plays.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enrolled } from './enrollment.mjs';
import { claim, picture, sitDown } from './eyes.mjs';
import { enroll, phone } from './phones.mjs';

// Departments and their people come from tables; a wave is planned for them; one of them goes the whole way.
export async function waveOfUnits(desk) {
  const { page, go, look, news, fill } = desk;
  const upload = async (kind, name, buffer, many) => {
    await go(`/import/${kind}`);
    await page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer });
    await page.click('main form button');
    claim(`all of the ${kind} in the table would be added`, (await page.textContent('dl')).includes(`${many}`), await page.textContent('main'));
    await fill({ why: 'Đề án 07' });
    await page.click('main form button');
    await news(`the table of ${kind} is carried out`);
  };
  const departments = ['Sở Tài chính', 'Sở Y tế', 'Sở Xây dựng'];
  const units = [['Tên đơn vị', 'Cấp', 'Trực thuộc'], ...departments.map((name) => [name, 'Tỉnh', 'UBND tỉnh Đồng Mây'])];
  await upload('units', 'don-vi.csv', Buffer.from(`\ufeff${units.map((row) => row.join(';')).join('\r\n')}`), 3);
  const names = ['Lưu Thị Ngà', 'Trịnh Văn Hai', 'Cao Thị Ba', 'Đinh Văn Tư', 'Hồ Văn Năm', 'Lý Thị Sáu', 'Vũ Văn Bảy', 'Mai Văn Chín', 'Tạ Thị Mười'];
  const of = (at) => departments[at < 4 ? 0 : at < 6 ? 2 : 1];
  const people = [['Số hiệu', 'Họ và tên', 'Chức vụ', 'Đơn vị', 'Thẩm quyền', 'Điện thoại'],
    ...names.map((name, at) => [`S-${at}`, name, at ? 'Chuyên viên' : 'Giám đốc', of(at), at ? '' : 'Cấp trưởng', '0912 345 678'])];
  await upload('people', 'can-bo.xlsx', workbook(people), 9);

  const day = (from) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);
  await go('/waves');
  await fill({ name: 'Đợt I: ba sở', starts: day(-10), ends: day(30), target: '8' });
  await page.selectOption('#who', 'everybody');
  for (const name of departments) await page.check(`fieldset label:has-text("${name}") input`);
  await page.click('main form button');
  await news('a wave of units is planned');
  const here = page.url().split('?')[0];
  await look('wave-planned');

  await enrolled(desk, 'luu+thi+nga', 'imported-phone');
  phone('imported-phone', 'sync');
  await go('/people?q=trinh+van+hai');
  await page.click('td button');
  const refused = enroll('refused-phone', await page.inputValue('#link'));
  await refused.digits();
  await go('/people?q=cao+thi+ba');
  await page.click('td button');
  await go('/people?q=dinh+van+tu');
  await page.click('tbody a');
  await page.click('form[action$="/slip"] button');

  await page.goto(here);
  await page.waitForLoadState();
  const row = (name) => page.locator('#units ~ table tbody tr', { hasText: name });
  claim('each unit has its row, and there is a sum', (await page.locator('#units ~ table tbody tr').count()) === 4);
  const figures = async (name) => (await row(name).locator('td').allTextContents()).slice(1).map(Number);
  const [finance, health, sum] = [await figures('Sở Tài chính'), await figures('Sở Y tế'), (await page.locator('tr.sum td').allTextContents()).slice(1).map(Number)];
  const told = JSON.stringify({ finance, health, sum });
  claim('people of a unit add up', finance[0] === 4 && health[0] === 3 && sum[0] === 9, told);
  claim('the one who came from the table has a phone that confirmed', finance.at(-1) === 1 && sum.at(-1) === 1 && health.at(-1) === 0, told);
  claim('and each other one stands at a step', finance.slice(1).reduce((a, b) => a + b) === 4, told);
  await look('wave-units');
  await go('');
  await look('home-wave');
  await go('/devices');
  await page.click('tbody a');
  await page.fill('#why-refuse', 'không gặp được người này');
  await page.click('#refuse ~ form button');
  await news('a phone is refused');
  await look('device-refused');
  refused.kill();
}

// The least that Excel's format wants.
function workbook(rows) {
  const make = `
import io, json, sys, zipfile
from xml.sax.saxutils import escape
rows = json.load(sys.stdin)
cell = lambda value: f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
sheet = ''.join('<row>' + ''.join(map(cell, row)) + '</row>' for row in rows)
main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
package = 'http://schemas.openxmlformats.org/package/2006'
types = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
parts = {
    '[Content_Types].xml': f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
    '_rels/.rels': f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    'xl/workbook.xml': f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
}
file = io.BytesIO()
with zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as archive:
    for name, text in parts.items():
        archive.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + text)
sys.stdout.buffer.write(file.getvalue())
`;
  return execFileSync('python3', ['-c', make], { input: JSON.stringify(rows) });
}

// Departments are planned as a wave; their certificates come from outside; one phone is followed from the
// plan to its certificate.
export async function wave(desk, folder) {
  const { page, go, look, news } = desk;
  await desk.signIn('hanh');
  await desk.answer('waves-faulty', async () => {
    await go('/waves');
    await desk.fill({ name: 'Đợt thử: cả tỉnh', starts: '2020-02-01', ends: '2020-01-01' });
    await page.selectOption('#who', 'everybody');
    await page.check('fieldset label:has-text("UBND tỉnh") input');
    await page.click('main form button');
  });
  claim('days in the wrong order are told', await page.locator('.fault').count());
  claim('ticked units stay ticked', await page.locator('fieldset input:checked').count());
  await page.fill('#ends', '2020-03-01');
  await page.click('main form button');
  await news('a wave is planned');
  claim('a wave that is over is behind', await page.locator('.tag.bad').count());
  const followed = page.url();
  await look('wave');
  await page.emulateMedia({ media: 'print' });
  claim('forms are not printed', !(await page.locator('main form').first().isVisible()));
  await page.screenshot({ path: picture('wave-print.png'), fullPage: true });
  await page.emulateMedia({ media: 'screen' });
  const [reminders] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="remind.csv"]')]);
  claim('whom to remind is exported', reminders.suggestedFilename() === 'remind.csv');
  await waveSlips(desk);
  await go('/waves');
  await look('waves');
  await go('');
  claim('home tells of the wave', await page.locator('#waves ~ ul a').count());
  await look('home-waves');

  const authority = outsideAuthority(folder);
  const other = await sitDown(desk.base);
  const second = other.page;
  await other.signIn('chung');
  await other.go('/exchange');
  await second.setInputFiles('#anchor-file', authority.root);
  await second.fill('#anchor-why', 'công văn của Ban Cơ yếu');
  await second.click('#anchors ~ form button');
  await other.news('an authority is proposed');
  await second.selectOption('#source', 'outside');
  await second.fill('#source-why', 'kế hoạch của tỉnh');
  await second.click('#sources ~ form button');
  await other.news('certificates come from outside');
  await go('/exchange');
  await look('exchange-administrator');
  await page.click('form[action$="/confirm"] button');
  await news('another person confirms the authority');

  await go('/people?q=thoa');
  await page.click('td button');
  const coming = enroll('outside-phone', await page.inputValue('#link'));
  const digits = await coming.digits();
  await go('/devices');
  await page.click('tbody a');
  await look('device-outside');
  await page.fill('#code', digits);
  await page.click('#approve ~ form button');
  await news('the phone is approved, and waits');
  coming.kill();
  await look('device-waiting');

  await other.go('/exchange');
  const [zip] = await Promise.all([second.waitForEvent('download'), second.click('form[action$="/requests"] button')]);
  claim('requests are handed out', zip.suggestedFilename() === 'requests.zip');
  const [wrong, answer] = authority.answer(await zip.path());
  const hand = (files) => async () => {
    await other.go('/exchange');
    await second.setInputFiles('#file', files);
    await second.click('form[action$="/certificates"] button');
  };
  await other.answer('exchange-misfit', hand([wrong, authority.root]));
  claim('a misfit is named', (await second.locator('tbody tr').count()) === 1);
  await other.go('/exchange');
  await other.look('exchange');
  await other.answer('exchange-fits', hand([answer]));
  claim('what fits is shown', await second.locator('#why').count());
  await second.fill('#why', 'công văn trả lời');
  await second.click('main form button');
  await other.news('the certificate is taken');
  await other.leave();
  const said = phone('outside-phone', 'status');
  claim('the phone has its certificate', said.startsWith('enrolled'), said);
  phone('outside-phone', 'sync');
  await page.goto(followed);
  claim('the wave counts it', (await page.textContent('tr.sum td:last-child')) !== '0');
  await page.fill('#why', 'đã hết thời hạn');
  await page.click('#close ~ form button');
  await news('the wave is closed');
  await desk.signOut();
}

// Slips for everybody in a wave who has no phone yet, on its page, on paper and as texts.
async function waveSlips({ page, look }) {
  const here = page.url();
  await page.click('form[action$="/slips"] button');
  claim('slips are made for a wave, and shown', page.url().endsWith('/slips'), page.url());
  // A page of many slips comes in pieces.
  await page.waitForLoadState();
  claim('each has its QR code', (await page.locator('.slip .qr svg').count()) === (await page.locator('.slip').count()) && (await page.locator('.slip').count()) > 0);
  await look('wave-slips');
  await page.emulateMedia({ media: 'print' });
  claim('only the slips of a wave are printed', !(await page.locator('header').isVisible()));
  await page.screenshot({ path: picture('wave-slips-print.png') });
  await page.emulateMedia({ media: 'screen' });
  const [texts] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
  const letters = readFileSync(await texts.path(), 'utf8');
  claim('the letters of a wave have a link each', (letters.match(/\/e#slip\./g) ?? []).length > 10, letters.slice(0, 400));
  await page.goto(here);
  await look('wave-with-slips');
}

// A root that certifies whatever it is asked for.
function outsideAuthority(folder) {
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
