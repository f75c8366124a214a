import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalService, startLocalService } from '../support/local-service.ts';

let service: LocalService;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  service = await startLocalService();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // It has nothing to ask of anybody but the service.
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  page = await browser.newPage();
  // A busy machine may be slow.
  page.setDefaultTimeout(120_000);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${service.url}/`);
  await page.getByText('Kibana, serverless').first().waitFor();
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

it('shows every area without a complaint in the console', async () => {
  await page.getByRole('heading', { name: 'Value lists and their items' }).waitFor();
  expect(complaints).toEqual([]);
});

const areas = () => page.locator('.opblock-tag').evaluateAll((tags) => tags.map((tag) => tag.getAttribute('data-tag')));
const operations = () =>
  page.locator('.opblock-summary-path').evaluateAll((all) => all.map((each) => each.textContent));

it.each([
  ['its path', 'cases/reporters'],
  ['words of its summary, in any letter case', 'get CASE creators'],
])('finds an operation by %s', async (_name, words) => {
  await page.getByPlaceholder('Search operations').fill(words);
  await expect.poll(areas, { timeout: 120_000 }).toEqual(['cases']);
  await page.locator('.opblock-tag').click();
  await expect.poll(operations, { timeout: 120_000 }).toEqual(['/api/cases/reporters']);
  await page.locator('.opblock-tag').click();
});

it('finds an area by its name', async () => {
  await page.getByPlaceholder('Search operations').fill('lists');
  await expect.poll(areas, { timeout: 120_000 }).toContain('lists');
});

it('sends a request from its console and shows the real answer', async () => {
  const authorization = `Basic ${Buffer.from('elastic:changeme').toString('base64')}`;
  await fetch(`${service.url}/api/lists/index`, { method: 'POST', headers: { authorization, 'kbn-xsrf': 'true' } });

  await page.getByRole('button', { name: 'Authorize' }).first().click();
  await page.getByLabel('auth-basic-username').fill('elastic');
  await page.getByLabel('auth-basic-password').fill('changeme');
  await page.locator('.modal-ux').getByRole('button', { name: 'Apply credentials' }).first().click();
  await page.locator('.modal-ux').getByRole('button', { name: 'Close' }).first().click();

  await page.locator('.opblock-tag[data-tag="lists"]').click();
  const operation = page.locator('#operations-lists-post-api-lists');
  await operation.locator('.opblock-summary').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation
    .locator('textarea')
    .fill(JSON.stringify({ id: 'typed', name: 'Typed here', description: 'Made in a browser', type: 'ip' }));
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table .highlight-code').first();
  await answer.waitFor();
  expect(await answer.textContent()).toContain('"name": "Typed here"');

  const stored = await fetch(`${service.url}/api/lists?id=typed`, { headers: { authorization } });
  expect(await stored.json()).toMatchObject({ id: 'typed', name: 'Typed here', created_by: 'elastic' });
});
