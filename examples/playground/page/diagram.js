import { svg } from './elements.js';
import { PARTIES, rowsOf } from './rows.js';

// All in pixels.
const HEAD_HEIGHT = 34;
const MAX_HEAD_WIDTH = 160;
const ROOMY_HEAD_WIDTH = 150;
const ROW_HEIGHT = 44;
const FOOT_HEIGHT = 18;
const NOTE_HEIGHT = 26;
const NUMBER_RADIUS = 9;
/** From an arrow up to its label, so that the label clears the number. */
const LABEL_RISE = 14;
const TIP = 7;

/** The width of a character, at most. */
const CHARACTER = { text: 7.7, code: 7.4 };

/**
 * Draws the sequence diagram of an exchange.
 *
 * @param exchange - what the server reports
 * @param {number} width - pixels
 */
export function sequenceDiagram(exchange, width) {
  const rows = rowsOf(exchange);
  const height = HEAD_HEIGHT + ROW_HEIGHT * rows.length + FOOT_HEIGHT;
  const headWidth = Math.min(MAX_HEAD_WIDTH, width / PARTIES.length - 8);
  const stage = {
    width,
    height,
    headWidth,
    xOf: (party) => headWidth / 2 + 1 + (party * (width - headWidth - 2)) / (PARTIES.length - 1),
  };
  const label = `Sequence diagram of the ${exchange.steps.length} steps that are listed below`;
  return svg(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
    ...PARTIES.map((names, party) => lifeline(names, party, stage)),
    ...rows.map((row, index) => {
      const y = HEAD_HEIGHT + ROW_HEIGHT * (index + 1) - 8;
      return 'to' in row ? message(row, y, stage) : note(row, y, stage);
    }),
  );
}

function lifeline([name, shortName], party, { xOf, headWidth, height }) {
  const x = xOf(party);
  const box = { x: x - headWidth / 2, y: 1, width: headWidth, height: HEAD_HEIGHT - 2, rx: 7 };
  return svg(
    'g',
    { class: 'head' },
    svg('line', { class: 'lifeline', x1: x, y1: HEAD_HEIGHT, x2: x, y2: height }),
    svg('rect', box),
    svg('text', { x, y: HEAD_HEIGHT / 2 + 4 }, headWidth < ROOMY_HEAD_WIDTH ? shortName : name),
  );
}

function message({ from, to, label, tone = 'plain', dashed, number }, y, { xOf, width }) {
  const direction = Math.sign(to - from);
  const start = xOf(from) + (number === undefined ? 0 : direction * NUMBER_RADIUS);
  const end = xOf(to) - direction;
  const barb = { x: -direction * TIP, y: TIP * 0.7 };
  const x = within(width, (xOf(from) + xOf(to)) / 2, label.length * CHARACTER.code);
  return svg(
    'g',
    { class: `message ${tone}` },
    svg('path', { class: dashed ? 'arrow dashed' : 'arrow', d: `M${start} ${y}H${end}` }),
    svg('path', {
      class: 'arrow',
      d: `M${end + barb.x} ${y - barb.y}L${end} ${y}l${barb.x} ${barb.y}`,
    }),
    svg('text', { x, y: y - LABEL_RISE }, label),
    ...numberAt(number, xOf(from), y),
  );
}

function note({ at, label, tone, number }, y, { xOf, width }) {
  const room = number === undefined ? 0 : NUMBER_RADIUS;
  const noteWidth = label.length * CHARACTER.text + room + 28;
  const x = within(width, xOf(at), noteWidth + 2 * room);
  const middle = y - NOTE_HEIGHT / 2 + 4;
  const left = x - noteWidth / 2;
  return svg(
    'g',
    { class: `note ${tone}` },
    svg('rect', {
      x: left,
      y: middle - NOTE_HEIGHT / 2,
      width: noteWidth,
      height: NOTE_HEIGHT,
      rx: NOTE_HEIGHT / 2,
    }),
    svg('text', { x: x + room / 2, y: middle + 4.5 }, label),
    ...numberAt(number, left + 1, middle),
  );
}

/** The number of a step, where the step begins. */
function numberAt(number, x, y) {
  if (number === undefined) return [];
  return [
    svg(
      'g',
      { class: 'number' },
      svg('circle', { cx: x, cy: y, r: NUMBER_RADIUS }),
      svg('text', { x, y: y + 4 }, String(number)),
    ),
  ];
}

/** The middle of something so wide, as near to where it should be as the edges allow. */
function within(width, middle, ownWidth) {
  const half = ownWidth / 2 + 1;
  return Math.max(half, Math.min(middle, width - half));
}
