import type { Page } from 'playwright-core';
import type { Fault } from 'express-authlete-token-fail/emulator';
import { getOverflow, openPlayground, sendExample } from '../support/browser/playground-page';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const EXAMPLES = ['Wrong password', 'Right password', 'Unknown user', 'Wrong client'];

/** Faults that give a diagram its longest labels and most rows. */
const FAULTS: readonly Fault[] = [
  { failWith: 503 },
  { api: '/auth/token/fail', failWith: 429 },
  { delay: 500 },
  { api: '/auth/token/issue', delay: 3000 },
  { api: '/auth/token/fail', stall: true },
];

/** A box in the sequence diagram, in pixels. */
interface Box {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Labels, and what a label must not run into. */
function measureDiagram(page: Page): Promise<{ labels: Box[]; numbers: Box[]; frame: Box }> {
  return page.evaluate(`(() => {
    const box = (element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { text: element.textContent, left, right, top, bottom };
    };
    const diagram = document.querySelector('#diagram svg');
    const all = (selector) => [...diagram.querySelectorAll(selector)].map(box);
    return {
      labels: all('.head > text, .message > text, .note > text'),
      numbers: all('.number circle'),
      frame: box(diagram),
    };
  })()`);
}

/** Once it is drawn: a page learns that it has another size when it is about to be painted. */
function getDiagramWidth(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const measure = () => resolve(document.querySelector('#diagram svg').clientWidth);
    requestAnimationFrame(() => requestAnimationFrame(measure));
  })`);
}

function overlap(one: Box, other: Box): boolean {
  const across = one.left < other.right && other.left < one.right;
  return across && one.top < other.bottom && other.top < one.bottom;
}

/** What is drawn over something else, or over the edge. */
async function findCollisions(page: Page): Promise<string[]> {
  const { labels, numbers, frame } = await measureDiagram(page);
  expect(labels.length).toBeGreaterThan(5);
  const pairs = labels.flatMap((label, index) =>
    [...labels.slice(index + 1), ...numbers].map((other) => [label, other] as const),
  );
  const cut = labels.filter(({ left, right }) => left < frame.left || right > frame.right);
  return [
    ...pairs
      .filter(([one, other]) => overlap(one, other))
      .map(([one, other]) => `${one.text} | ${other.text || 'a number'}`),
    ...cut.map(({ text }) => text),
  ];
}

describe('the playground', () => {
  it('is never wider than the window, however that changes', async () => {
    const { page } = await openPlayground({ viewport: { width: 1280, height: 900 } });
    for (const example of EXAMPLES) {
      await page.setViewportSize({ width: 1280, height: 900 });
      await sendExample(page, example);
      for (const width of [1280, 940, 920, 700, 390, 320, 700, 1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        expect([width, await getOverflow(page)]).toEqual([width, 0]);
      }
    }
  });

  it('is as wide as a phone that is turned', async () => {
    const { page } = await openPlayground(PHONE);
    for (const [width, height] of [
      [844, 390],
      [390, 844],
      [844, 390],
    ] as const) {
      await page.setViewportSize({ width, height });
      expect(await getOverflow(page)).toBe(0);
      // What is wider than a phone's window makes the browser zoom out.
      expect(await page.evaluate('visualViewport.scale')).toBe(1);
      expect(await page.evaluate('innerWidth')).toBe(width);
    }
  });

  it('draws the diagram as wide as there is room', async () => {
    const { page } = await openPlayground({ viewport: { width: 1280, height: 900 } });
    const wide = await getDiagramWidth(page);
    await page.setViewportSize({ width: 390, height: 900 });
    expect(await getDiagramWidth(page)).toBeLessThan(390);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await getDiagramWidth(page)).toBe(wide);
  });

  it('is never wider than the window in an outage', async () => {
    const { page, emulator } = await openPlayground({ viewport: { width: 1280, height: 900 } });
    for (const fault of FAULTS) {
      emulator.faults.clear();
      emulator.faults.set(fault);
      await page.setViewportSize({ width: 1280, height: 900 });
      await sendExample(page, 'Wrong password');
      for (const width of [700, 390, 320]) {
        await page.setViewportSize({ width, height: 900 });
        expect([fault, width, await getOverflow(page)]).toEqual([fault, width, 0]);
      }
    }
  });

  it.each([390, 360, 700, 1280])('keeps labels apart at %i pixels', async (width) => {
    const { page, emulator } = await openPlayground({ viewport: { width, height: 900 } });
    for (const example of EXAMPLES) {
      await sendExample(page, example);
      expect([example, await findCollisions(page)]).toEqual([example, []]);
    }
    for (const fault of FAULTS) {
      emulator.faults.clear();
      emulator.faults.set(fault);
      for (const example of ['Wrong password', 'Right password']) {
        await sendExample(page, example);
        expect([fault, example, await findCollisions(page)]).toEqual([fault, example, []]);
      }
    }
  });
});

describe('the playground on a phone', () => {
  it('shows the exchange once there is a new one', async () => {
    const { page } = await openPlayground(PHONE);
    await sendExample(page, 'Right password');
    const box = await page.getByRole('heading', { name: 'What happened' }).boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(PHONE.viewport.height);
  });

  it('shows the beginning of the first exchange without scrolling', async () => {
    const { page } = await openPlayground(PHONE);
    const box = await page.locator('#status').boundingBox();
    expect(box?.y).toBeLessThan(PHONE.viewport.height);
    expect(await page.evaluate('scrollY')).toBe(0);
  });

  it('folds the outage unless there is one', async () => {
    const isOpen = 'document.getElementById("outage").open';
    expect(await (await openPlayground(PHONE)).page.evaluate(isOpen)).toBe(false);
    const { page } = await openPlayground(PHONE, { failWith: 503 });
    expect(await page.evaluate(isOpen)).toBe(true);
  });
});
